import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineEvent, Message, Typing, UserJoined, UserLeft, versions } from "@dialogue/events";
import { describe, expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { changesBetween, checkEvents, recordEvents } from "../src/events.ts";
import { runCommand } from "../src/events-file/command.ts";

const v1 = z.object({ text: z.string().max(10), by: z.string() });

/** The changes from a definition to another, each as one line. */
function told(before: readonly unknown[], after: readonly unknown[]): readonly string[] {
  const changes = changesBetween(recordEvents(before), recordEvents(after));
  return changes.map(({ event, kind, what }) => `${kind} ${event}: ${what}`);
}

const noted = (schema: Parameters<typeof defineEvent>[1]["schema"], facts: object = {}) =>
  defineEvent("note", { schema, ...facts });

describe("a change of a definition", () => {
  const still = ["harmless note: has changed, and whatever fitted it fits it still"];

  test.each([
    ["nothing", v1, []],
    ["a description alone", v1.describe("a note").meta({ title: "Note" }), []],
    ["an optional field that is new", v1.extend({ color: z.string().optional() }), still],
    [
      "a longer text",
      v1.extend({ text: z.string().max(20) }),
      ["warning note: what open pages get: data.text may be longer than 10"],
    ],
    [
      "a shorter text",
      v1.extend({ text: z.string().max(5) }),
      [
        "breaking note: what is stored of version 1: data.text may be longer than 5",
        "breaking note: what open pages trigger: data.text may be longer than 5",
      ],
    ],
    [
      "a required field that is new",
      v1.extend({ color: z.string() }),
      [
        "breaking note: what is stored of version 1: data.color may be missing",
        "breaking note: what open pages trigger: data.color may be missing",
      ],
    ],
    [
      "a field with a default that is new, which the log does not fill in",
      v1.extend({ color: z.string().default("red") }),
      ["breaking note: what is stored of version 1: data.color may be missing"],
    ],
    [
      "a field that is gone",
      z.object({ text: v1.shape.text }),
      [
        "breaking note: what is stored of version 1: data.by may be there",
        "warning note: what open pages get: data.by may be missing",
      ],
    ],
    [
      "a refinement that is new",
      v1.refine(({ text }) => text !== "no"),
      [
        "breaking note: what is stored of version 1: data may be refused by a refinement",
        "breaking note: what open pages trigger: data may be refused by a refinement",
      ],
    ],
    [
      "a number that becomes one by itself",
      v1.extend({ text: z.coerce.number() }),
      [
        "breaking note: what is stored of version 1: data.text may be string, not number",
        "breaking note: what open pages trigger: data.text may be string, not number",
        "warning note: what open pages get: data.text may be number, not string",
      ],
    ],
  ])("%s", (_, schema, expected) => {
    expect(told([noted(v1)], [noted(schema)])).toEqual(expected);
  });

  test("is harmless to the log and to what open pages trigger once there is a version for it", () => {
    const today = versions(v1).next(z.object({ words: z.array(z.string()), by: z.string() }), ({ text, by }) => ({
      words: text.split(" "),
      by,
    }));
    expect(told([noted(v1)], [noted(today)])).toEqual([
      "harmless note: version 2 is new",
      "warning note: what open pages get: data.text may be missing",
    ]);
    const rewritten = versions(v1.extend({ text: z.string().max(5) })).next(v1, (old) => old);
    expect(told([noted(versions(v1).next(v1, (old) => old))], [noted(rewritten)])).toEqual([
      "breaking note: what is stored of version 1: data.text may be longer than 5",
      "breaking note: what open pages trigger: data.text may be longer than 5",
    ]);
    expect(told([noted(today)], [noted(v1)])).toContainEqual(expect.stringContaining("version 2 is gone"));
  });

  test("of the author, of the delivery, of the name", () => {
    expect(told([noted(v1)], [noted(v1, { author: "by" })])).toEqual([
      "breaking note: data.by must be who triggers it: what open pages trigger may be refused",
    ]);
    expect(
      told(
        [noted(v1)],
        [
          noted(
            versions(v1).next(v1, (old) => old),
            { author: "by" },
          ),
        ],
      ),
    ).not.toContainEqual(expect.stringContaining("breaking"));
    expect(told([noted(v1, { author: "by" })], [noted(v1)])).toEqual([
      "harmless note: anyone may write into data.by now",
    ]);
    expect(told([noted(v1)], [noted(v1, { delivery: "ephemeral" })])).toEqual([
      "breaking note: was durable and is ephemeral",
    ]);
    expect(told([noted(v1)], [defineEvent("remark", { schema: v1 })])).toEqual([
      "breaking note: is gone: what is stored of it has no type",
      "harmless remark: is new",
    ]);
  });
});

test("events are found in rooms, lists and modules; two that differ may not share a name", () => {
  const general = { name: "General", events: [Message, Typing] };
  const module = { general, rooms: [{ name: "Other", events: [UserJoined] }], UserLeft, limit: 3, make: () => Message };
  expect(Object.keys(recordEvents(module))).toEqual(["message", "typing", "user:joined", "user:left"]);
  expect(() => recordEvents([noted(v1), noted(z.object({}))])).toThrow("two that differ bear the name");
});

describe("the file", () => {
  async function folderForTest(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "dialogue-events-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    return folder;
  }

  test("is written, kept up to date, and left alone by what is breaking", async () => {
    const file = join(await folderForTest(), "events.json");
    expect(await checkEvents({ file, isFrozen: false }, noted(v1))).toEqual([]);
    const first = await readFile(file, "utf8");
    await checkEvents({ file, isFrozen: true }, noted(v1));
    const wider = noted(v1.extend({ color: z.string().optional() }));
    await expect(checkEvents({ file, isFrozen: true }, wider)).rejects.toThrow("not up to date");
    const shorter = checkEvents({ file, isFrozen: false }, noted(v1.extend({ text: z.string().max(5) })));
    await expect(shorter).rejects.toThrow("data.text may be longer than 5");
    await expect(shorter).rejects.toThrow("versions(old).next(new, (data) => …)");
    expect(await readFile(file, "utf8")).toBe(first);
    expect(await checkEvents({ file, isFrozen: false }, wider)).toMatchObject([{ kind: "harmless" }]);
    await checkEvents({ file, isFrozen: true }, wider);
  });

  test("is refused where it is not JSON, and where no event is defined", async () => {
    const file = join(await folderForTest(), "events.json");
    await writeFile(file, "{");
    await expect(checkEvents({ file, isFrozen: false }, noted(v1))).rejects.toThrow("it is not JSON");
    await expect(checkEvents({ file, isFrozen: false }, {})).rejects.toThrow("no event is defined there");
  });

  test("is what the command works on, which exits with 1 for what is breaking", async () => {
    const folder = await folderForTest();
    const [file, path] = [join(folder, "events.json"), join(folder, "events.mjs")];
    const entry = new URL("../../events/dist/index.js", import.meta.url).href;
    const zod = import.meta.resolve("zod");
    const said: string[] = [];
    async function run(name: string, schema: string, ...more: readonly string[]): Promise<number> {
      const source = `import { defineEvent } from "${entry}"; import * as z from "${zod}";`;
      await writeFile(
        `${path}.${name}.mjs`,
        `${source} export const Note = defineEvent("note", { schema: ${schema} });`,
      );
      return runCommand(["--file", file, ...more, `${path}.${name}.mjs`], (line) => said.push(line));
    }
    const { CI } = process.env;
    delete process.env.CI;
    onTestFinished(() => {
      if (CI !== undefined) process.env.CI = CI;
    });
    expect(await run("first", "z.object({ text: z.string() })", "--frozen")).toBe(1);
    expect(await run("first", "z.object({ text: z.string() })")).toBe(0);
    expect(await run("wider", "z.object({ text: z.string(), more: z.string().optional() })", "--frozen")).toBe(1);
    expect(await run("other", "z.object({ text: z.number() })")).toBe(1);
    expect(said.at(-1)).toContain("breaking  note: what is stored of version 1: data.text may be string, not number");
    expect(await runCommand([], (line) => said.push(line))).toBe(2);
    expect(await runCommand([join(folder, "none.mjs")], (line) => said.push(line))).toBe(2);
  });
});

test("no change of the standard events is breaking", async () => {
  const file = fileURLToPath(new URL("standard-events.json", import.meta.url));
  // A failure says what to do. Where it only has to be written anew, it is, but in CI.
  await checkEvents({ file }, Message, Typing, UserJoined, UserLeft);
});
