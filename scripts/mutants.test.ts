import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mutants } from "./mutants/all.mjs";
import { copySources } from "./mutants/copy.mjs";
import { edited, type Mutant } from "./mutants/mutant.mjs";
import { plantAll } from "./mutants/plant.mjs";
import { root } from "./workspace.mjs";

/** Trials start a vitest each, which a busy machine does slowly. */
const patienceMs = 600_000;

describe("the list of planted faults", () => {
  it("bears each name once", () => {
    const names = mutants.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
    "fits the sources: %s",
    (_name, { edits, caughtBy }) => {
      expect(edits).not.toEqual([]);
      const sources = new Map(edits.map(({ file }) => [file, sourceOf(file)]));
      for (const edit of edits) sources.set(edit.file, edited(sources.get(edit.file) ?? "", edit));
      for (const { file } of caughtBy) expect(sourceOf(file)).not.toBe("");
    },
  );
});

describe("the command that plants faults", () => {
  let copy: ReturnType<typeof copySources>;
  beforeAll(() => {
    copy = copySources();
  });
  afterAll(() => copy.remove());

  const cursor = "packages/events/src/cursor.ts";
  const edit = (find: string, put: string) => ({ file: cursor, find, put });
  const planted = (name: string, change: Partial<Mutant>): Mutant => ({
    name,
    breaks: "what cursors promise",
    edits: [edit('const tag = match[2] ?? "";', 'const tag = "";')],
    caughtBy: [{ file: "packages/events/src/cursor.test.ts", test: "reads back every cursor" }],
    ...change,
  });

  it(
    "says which live, and which show nothing and why",
    async () => {
      const given = [
        planted("bites", {}),
        planted("changes nothing", { edits: [edit("Opaque to clients.", "Opaque.")] }),
        planted("does not fit", { edits: [edit("what is not there", "")] }),
        planted("does not compile", { edits: [edit("export function parseCursor(", "export function (")] }),
        planted("is of no test", { caughtBy: [{ file: "packages/events/src/cursor.test.ts", test: "no such test" }] }),
        planted("needs what is away", { caughtBy: [{ file: cursor, test: "no such test" }], needs: "the moon" }),
      ];
      const seen: string[] = [];
      const verdicts = await plantAll(copy.folder, given, ({ mutant }) => seen.push(mutant.name));
      expect(verdicts.map(({ mutant, state, note }) => [mutant.name, state, note])).toEqual([
        ["bites", "caught", expect.any(String)],
        ["changes nothing", "lived", expect.any(String)],
        ["does not fit", "void", expect.stringContaining("does not hold what is to be replaced")],
        ["does not compile", "void", expect.stringContaining("did not run")],
        ["is of no test", "void", expect.stringContaining("no test named")],
        ["needs what is away", "skipped", "needs the moon"],
      ]);
      expect(seen).toEqual(given.map(({ name }) => name));
      expect(readFileSync(join(copy.folder, cursor), "utf8")).toBe(sourceOf(cursor));
    },
    patienceMs,
  );

  it(
    "shows of a few that they are caught",
    async () => {
      const quick = mutants.filter(({ isQuick }) => isQuick);
      expect(quick.length).toBeGreaterThan(2);
      const verdicts = await plantAll(copy.folder, quick, () => undefined);
      expect(verdicts.filter(({ state }) => state !== "caught").map(({ mutant, note }) => [mutant.name, note])).toEqual(
        [],
      );
    },
    patienceMs,
  );
});

function sourceOf(file: string): string {
  return readFileSync(join(root, file), "utf8");
}
