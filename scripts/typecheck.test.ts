import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { run } from "./run.mjs";
import { typecheckTests } from "./typecheck.mjs";
import { root } from "./workspace.mjs";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dialogue-types-"));
  await cp(join(root, "tsconfig.base.json"), join(folder, "tsconfig.base.json"));
});

afterEach(() => rm(folder, { recursive: true }));

it("accepts a right use and an expected error", async () => {
  const project = await plant(
    "export const a: string = 'a';\n// @ts-expect-error a number\nexport const b: string = 1;",
  );
  expect(await typecheckTests(project)).toEqual({ ok: true, output: "" });
});

it("refuses a wrong use", async () => {
  const project = await plant("export const a: string = 1;");
  const { ok, output } = await typecheckTests(project);
  expect(ok).toBe(false);
  expect(output).toContain("use.test-d.ts(1,14)");
});

it("refuses an expected error that is none", async () => {
  const project = await plant("// @ts-expect-error nothing wrong\nexport const a: string = 'a';");
  expect((await typecheckTests(project)).output).toContain("TS2578");
});

it("refuses a type test that a referenced project has swallowed", async () => {
  const project = await plant("export const a: string = 'a';", { exclude: [] });
  await run("tsc", ["-b", project]);
  expect((await typecheckTests(project)).output).toContain("use.test-d.ts: not type-checked");
});

it("refuses a type test in a folder that nothing includes", async () => {
  const project = await plant("export const a: string = 1;");
  await mkdir(join(project, "elsewhere"));
  await writeFile(join(project, "elsewhere", "lost.test-d.ts"), "export const a: string = 1;");
  expect((await typecheckTests(project)).output).toContain("lost.test-d.ts: not type-checked");
});

/** A package as they all are, with one source file and one type test. */
async function plant(typeTest: string, { exclude = ["**/*.test-d.ts"] } = {}) {
  const project = join(folder, "packages", "planted");
  await mkdir(join(project, "src"), { recursive: true });
  const build = {
    extends: "../../tsconfig.base.json",
    compilerOptions: { rootDir: "src", outDir: "dist" },
    include: ["src"],
    exclude,
  };
  const test = {
    extends: "./tsconfig.json",
    compilerOptions: { composite: false, noEmit: true, rewriteRelativeImportExtensions: false },
    exclude: ["dist"],
    references: [{ path: "." }],
  };
  await writeFile(join(project, "package.json"), JSON.stringify({ type: "module" }));
  await writeFile(join(project, "tsconfig.json"), JSON.stringify(build));
  await writeFile(join(project, "tsconfig.test.json"), JSON.stringify(test));
  await writeFile(join(project, "src", "a.ts"), "export const a = 1;");
  await writeFile(join(project, "src", "use.test-d.ts"), typeTest);
  return project;
}
