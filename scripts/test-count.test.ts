import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { run } from "./run.mjs";
import { withServicesRequired } from "./test-count.mjs";
import { root } from "./workspace.mjs";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dialogue-count-"));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  const config = `import { testCount } from ${JSON.stringify(join(root, "scripts", "test-count.mjs"))};
    export default { test: { reporters: [testCount("count.json")] } };`;
  await writeFile(join(folder, "vitest.config.mjs"), config);
});

afterEach(() => rm(folder, { recursive: true }));

it("counts what passed, failed and was skipped, with the reason", async () => {
  const count = await countOf(`
    it("passes", () => {});
    it("fails", () => { throw new Error("no"); });
    it("is skipped", ({ skip }) => skip("needs a tide"));
    it.skip("is left out", () => {});
    it.todo("is to come");`);
  expect(count).toEqual({
    passed: 1,
    failed: ["a.test.mjs > fails"],
    skipped: [
      { name: "a.test.mjs > is skipped", reason: "needs a tide" },
      { name: "a.test.mjs > is left out", reason: "" },
      { name: "a.test.mjs > is to come", reason: "" },
    ],
  });
});

it.each([
  ["a file that does not load", `import "./nowhere.mjs";`, "a.test.mjs"],
  ["a hook that fails", `beforeAll(() => { throw new Error("no"); }); it("a", () => {});`, "a.test.mjs"],
  ["a loose rejection", `it("a", () => void Promise.reject(new Error("no")));`, "an error outside of every test"],
  ["a worker that dies", `it("a", () => process.kill(process.pid, "SIGKILL"));`, "an error outside of every test"],
])("counts %s as failed", async (_what, source, name) => {
  expect((await countOf(source)).failed).toContain(name);
});

it("fails what was skipped for want of a service where services are required", () => {
  const skipped = ["needs a tide", "", "runs as root"].map((reason) => ({ name: `skipped: ${reason}`, reason }));
  const count = withServicesRequired({ passed: 1, failed: ["a"], skipped });
  expect(count.failed).toHaveLength(3);
  expect(count.skipped).toEqual([{ name: "skipped: runs as root", reason: "runs as root" }]);
});

async function countOf(source: string): Promise<{ passed: number; failed: string[]; skipped: unknown[] }> {
  await writeFile(join(folder, "a.test.mjs"), `import { beforeAll, it } from "vitest";\n${source}\n`);
  await run("vitest", ["run"], { cwd: folder });
  return JSON.parse(await readFile(join(folder, "count.json"), "utf8"));
}
