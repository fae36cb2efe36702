import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { run } from "./run.mjs";
import { packages, root } from "./workspace.mjs";

const canary = join(root, "scripts", "type-canary");

/** Type-checks the tests of every package, the scripts, and the canary, which must not compile. */
export async function typecheckAll() {
  const projects = packages()
    .map(({ folder }) => folder)
    .filter((folder) => existsSync(join(folder, "tsconfig.test.json")));
  const results = [];
  for (const folder of projects) results.push(await typecheckTests(folder));
  results.push(await run("tsc", ["-p", "scripts", "--pretty", "false"]), await typecheckCanary());
  return { ok: results.every(({ ok }) => ok), output: results.map(({ output }) => output).join("") };
}

/**
 * Type-checks one package's tests. Fails also when a test file is not part of what was checked: the compiler
 * silently leaves out a file that belongs to a referenced project.
 * @param {string} folder
 */
export async function typecheckTests(folder) {
  const project = join(folder, "tsconfig.test.json");
  const { ok, output } = await run("tsc", ["-p", project, "--pretty", "false", "--listFiles"]);
  const lines = output.split(/\r?\n/);
  const checked = new Set(lines.map((line) => join(line)));
  const diagnostics = lines.filter((line) => line !== "" && !existsSync(line));
  const missed = testFiles(folder).filter((file) => !checked.has(file));
  for (const file of missed)
    diagnostics.push(`${relative(root, file)}: not type-checked by ${relative(root, project)}`);
  return { ok: ok && missed.length === 0, output: diagnostics.map((line) => `${line}\n`).join("") };
}

/** Compiles the canary; every line it marks as wrong must be an error there. */
async function typecheckCanary() {
  const { output } = await run("tsc", ["-p", canary, "--pretty", "false"]);
  const refused = new Set([...output.matchAll(/wrong-use\.test-d\.ts\((\d+),/g)].map(([, line]) => Number(line)));
  const source = readFileSync(join(canary, "wrong-use.test-d.ts"), "utf8").split("\n");
  const marked = source.flatMap((text, index) => (text.includes("// wrong") ? [index + 1] : []));
  const compiled = marked.filter((line) => !refused.has(line));
  if (marked.length > 0 && compiled.length === 0) return { ok: true, output: "" };
  const where = compiled.length > 0 ? `lines ${compiled.join(", ")}` : "no line is marked wrong";
  return {
    ok: false,
    output: `the type tests are not alive: wrong uses in scripts/type-canary compile (${where})\n${output}`,
  };
}

/** @param {string} folder @returns {string[]} */
function testFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return /\.test(-d)?\.tsx?$/.test(entry.name) ? [path] : [];
    const isOther = ["node_modules", "dist"].includes(entry.name) || existsSync(join(path, "package.json"));
    return entry.isDirectory() && !isOther ? testFiles(path) : [];
  });
}
