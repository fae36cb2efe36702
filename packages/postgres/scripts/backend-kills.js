// Ends the database connections of a writing process again and again, and compares what it was told with what is there.
// `npm run test:backend-kills -- --runs 20`; with `--installed` the packages are packed and installed with npm into an
// empty folder first, as a user gets them, and the writing process runs from there. Needs the build.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const { values } = parseArgs({ options: { runs: { type: "string", default: "20" }, installed: { type: "boolean" } } });

const folder = values.installed ? install() : undefined;
try {
  execFileSync("npx", ["vitest", "run", "packages/postgres/test/backend-kills.test.ts"], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, BACKEND_KILLS_RUNS: values.runs, ...(folder ? { BACKEND_KILLS_IN: folder } : {}) },
  });
} catch {
  // Vitest has said what failed.
  process.exitCode = 1;
} finally {
  if (folder) rmSync(folder, { recursive: true });
}

function install() {
  const into = mkdtempSync(join(tmpdir(), "dialogue-installed-"));
  for (const name of ["events", "core", "postgres"])
    execFileSync("npx", ["pnpm", "pack", "--pack-destination", into], { cwd: join(root, "packages", name) });
  const packed = readdirSync(into).map((file) => `./${file}`);
  writeFileSync(join(into, "package.json"), JSON.stringify({ private: true, type: "module" }));
  // What a user adds who brings a driver of their own: the versions that the tests have.
  const own = ["pg", "postgres", "@neondatabase/serverless", "ws", "drizzle-orm"].map(
    (name) => `${name}@${versionOf(name)}`,
  );
  execFileSync("npm", ["install", "--no-audit", "--no-fund", ...packed, ...own], { cwd: into, stdio: "inherit" });
  copyFileSync(join(root, "packages/postgres/test/support/write-until-told.js"), join(into, "write-until-told.js"));
  return into;
}

function versionOf(name) {
  return JSON.parse(readFileSync(join(root, "packages/postgres/node_modules", name, "package.json"), "utf8")).version;
}
