import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { run } from "./run.mjs";
import { root } from "./workspace.mjs";

/** What is planted, where, and the rule that must refuse it: a rule that has died is otherwise not missed. */
const plants = [
  ["core reads a file", "packages/core/src/reads.ts", `export { readFile } from "node:fs";`, "noRestrictedImports"],
  ["core imports server", "packages/core/src/up.ts", `export { a } from "@dialogue/server";`, "noRestrictedImports"],
  ["events imports core", "packages/events/src/up.ts", `export { a } from "@dialogue/core";`, "noRestrictedImports"],
  [
    "postgres imports server",
    "packages/postgres/src/up.ts",
    `export { a } from "@dialogue/server";`,
    "noRestrictedImports",
  ],
  [
    "server imports postgres",
    "packages/server/src/up.ts",
    `export { a } from "@dialogue/postgres";`,
    "noRestrictedImports",
  ],
  [
    "server imports a driver",
    "packages/server/src/sql.ts",
    `export { sql } from "drizzle-orm";`,
    "noRestrictedImports",
  ],
  ["client imports node", "packages/client/src/node.ts", `export { join } from "node:path";`, "noRestrictedImports"],
  [
    "client imports server",
    "packages/client/src/up.ts",
    `export type { a } from "@dialogue/server";`,
    "noRestrictedImports",
  ],
  [
    "testkit imports server",
    "packages/testkit/src/up.ts",
    `export { a } from "@dialogue/server";`,
    "noRestrictedImports",
  ],
  ["the page imports node", "apps/web/src/node.ts", `export { join } from "node:path";`, "noRestrictedImports"],
  ["the door from inside", "packages/server/src/door.ts", `export { a } from "./index.ts";`, "noRestrictedImports"],
  ["an undeclared package", "packages/server/src/odd.ts", `export { a } from "left-pad";`, "noUndeclaredDependencies"],
  [
    "a cycle of types",
    "packages/core/src/a.ts",
    `import type { B } from "./b.ts";\nexport type A = B | 1;`,
    "noImportCycles",
  ],
  [
    "the cycle's other half",
    "packages/core/src/b.ts",
    `import type { A } from "./a.ts";\nexport type B = A | 2;`,
    "noImportCycles",
  ],
  [
    "a floating promise",
    "packages/core/src/floats.ts",
    `const later = async () => 1;\nexport function f() {\n  later();\n}`,
    "noFloatingPromises",
  ],
  [
    "a switch with a hole",
    "packages/core/src/hole.ts",
    `export function f(x: "a" | "b") {\n  switch (x) {\n    case "a":\n      return 1;\n  }\n  return 2;\n}`,
    "useExhaustiveSwitchCases",
  ],
  ["a default export", "packages/core/src/default.ts", "export default 1;", "noDefaultExport"],
  ["any", "packages/core/src/any.ts", "export const a: any = 1;", "noExplicitAny"],
  [
    "a non-null assertion",
    "packages/core/src/bang.ts",
    "export const f = (a: string | null) => a!;",
    "noNonNullAssertion",
  ],
  [
    "a lost cause",
    "packages/core/src/cause.ts",
    `export function f() {\n  try {\n    f();\n  } catch (cause) {\n    throw new DialogueError("INTERNAL", "no");\n  }\n}`,
    "plugin",
  ],
  [
    "an empty catch",
    "packages/core/src/empty.ts",
    "export function f() {\n  try {\n    f();\n  } catch {}\n}",
    "plugin",
  ],
  [
    "a swallowed rejection",
    "packages/core/src/swallows.ts",
    "export const f = (p: Promise<void>) => p.catch(() => undefined);",
    "plugin",
  ],
  ["a console", "packages/core/src/console.ts", `console.log("here");`, "noConsole"],
  ["a camel-cased file", "packages/core/src/camelCase.ts", "export const a = 1;", "useFilenamingConvention"],
  [
    "a test that stands alone",
    "packages/core/src/only.test.ts",
    `import { it } from "vitest";\nit.only("a", () => 1);`,
    "noFocusedTests",
  ],
] as const;

const allowed = [
  ["packages/core/src/fine.ts", `import type { Message } from "@dialogue/events";\nexport type Fine = typeof Message;`],
  ["packages/server/src/fine.ts", `import { readFile } from "node:fs/promises";\nexport const read = readFile;`],
  ["packages/client/vitest.config.ts", "export default {};"],
] as const;

let folder: string;
let refusals: readonly { readonly file: string; readonly rule: string }[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dialogue-lint-"));
  for (const file of [".gitignore", "biome.json", "package.json", "scripts/lint"])
    await cp(join(root, file), join(folder, file), { recursive: true });
  for (const name of ["events", "core", "postgres", "server", "client", "testkit"])
    await plant(`packages/${name}/package.json`, await manifestOf(`packages/${name}`));
  await plant("packages/server/src/index.ts", "export const a = 1;");
  for (const [, file, source] of plants) await plant(file, source);
  for (const [file, source] of allowed) await plant(file, source);
  refusals = await lint();
});

afterAll(() => rm(folder, { recursive: true }));

it.each(plants)("refuses %s", (_what, file, _source, rule) => {
  expect(refusals).toContainEqual({ file, rule });
});

it.each(allowed)("allows %s", (file) => {
  expect(refusals.filter((refusal) => refusal.file === file)).toEqual([]);
});

async function plant(file: string, source: string) {
  const path = join(folder, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${source}\n`);
}

function manifestOf(name: string) {
  return readFile(join(root, name, "package.json"), "utf8");
}

/** Biome's errors over the planted files; its warnings are not refusals. */
async function lint() {
  const file = join(folder, "lint.json");
  const args = [
    "lint",
    "--max-diagnostics=none",
    "--diagnostic-level=error",
    "--reporter=json",
    `--reporter-file=${file}`,
  ];
  const { output } = await run("biome", args, { cwd: folder });
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new Error(`cannot lint the planted files: ${output}`, { cause });
  });
  const report: { readonly diagnostics: readonly Diagnostic[] } = JSON.parse(text);
  return report.diagnostics.map(({ location, category }) => ({
    file: location.path,
    rule: category.split("/").at(-1) ?? "",
  }));
}

interface Diagnostic {
  readonly category: string;
  readonly location: { readonly path: string };
}
