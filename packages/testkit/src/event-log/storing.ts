import type { Draft, EventLog, StoredEvent } from "@dialogue/core";
import { DialogueError, type JsonValue } from "@dialogue/events";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { appendedEvent, draftFor, freshRoomId } from "../drafts.ts";
import { readAll } from "./whole-log.ts";

/** That what is stored is what was given. */
export function storing(log: () => EventLog): void {
  const meta = { source: "web", nested: { deep: [1, null, "$1"] } };

  test("keeps every fact of an event", async () => {
    const draft = draftFor(freshRoomId(), { event: "room:renamed", version: 3, from: "user $1 'x' \\", meta });
    const event = appendedEvent((await log().append([draft]))[0]);
    expect(event).toMatchObject({ ...draft, seq: 1, redacted: false });
    expect(Number.isInteger(event.timestamp)).toBe(true);
    expect(await log().find(draft.roomId, draft.id)).toEqual(event);
  });

  test("keeps the version of each event, and answers a resend with it", async () => {
    const roomId = freshRoomId();
    const author = `user of ${roomId}`;
    const drafts = [1, 2, 7].map((version) => draftFor(roomId, { version, from: author }));
    const versionsOf = (all: readonly (StoredEvent | undefined)[]) => all.map((event) => event?.version);
    expect(versionsOf((await log().append(drafts)).map(appendedEvent))).toEqual([1, 2, 7]);
    const again = await log().append(drafts.map((draft) => ({ ...draft, version: 9 })));
    expect(versionsOf(again.map((answer) => (answer.status === "duplicate" ? answer.event : undefined)))).toEqual([
      1, 2, 7,
    ]);
    expect(versionsOf(await readAll(log(), roomId))).toEqual([1, 2, 7]);
    expect(versionsOf(await log().readFrom(author, { limit: 10 }))).toEqual([1, 2, 7]);
    await log().redact(roomId, drafts[1]?.id ?? "");
    expect(versionsOf(await readAll(log(), roomId))).toEqual([1, 2, 7]);
  });

  test("an event without meta has none", async () => {
    const draft = draftFor(freshRoomId());
    await log().append([draft]);
    expect(await log().find(draft.roomId, draft.id)).not.toHaveProperty("meta");
  });

  test.each<[string, JsonValue]>([
    ["null", null],
    ["an empty string", ""],
    ["zero and false", [0, false]],
    ["numbers at the edge", [5e-324, 1.7976931348623157e308, 9007199254740991, 0.1, 1e21]],
    ["quotes, backslashes, placeholders", { text: `'"\`\\ \\u0041 \\\\ $1 $$ ? :x {a,b} %s --; /*` }],
    ["scripts and emoji", { "😀 ключ": "👩‍👩‍👧‍👦 नमस्ते ‮שלום‬ \u{10ffff} \ufeff\u2028\r\n\t\u001f" }],
    ["keys in their order, and odd ones", { b: 1, a: 2, "": 3, constructor: 4, "a.b": 5 }],
    ["what looks like JSON or null", ['{"a":1}', "null", "[]"]],
  ])("keeps %s as it was", async (_what, data) => {
    const draft = draftFor(freshRoomId(), { data, meta: { data } });
    await log().append([draft]);
    const [found] = await readAll(log(), draft.roomId);
    expect(JSON.stringify([found?.data, found?.meta])).toBe(JSON.stringify([data, { data }]));
  });

  test("keeps any JSON as it was", async () => {
    const roomId = freshRoomId();
    const json = fc.json({ stringUnit: "grapheme" }).map((text): JsonValue => JSON.parse(text));
    await fc.assert(
      fc.asyncProperty(json, async (data) => {
        const draft = draftFor(roomId, { data });
        await log().append([draft]);
        expect(JSON.stringify((await log().find(roomId, draft.id))?.data)).toBe(JSON.stringify(data));
      }),
      { numRuns: 40 },
    );
  });

  test("what the drafts' owner changes later does not reach the log", async () => {
    const data = { text: "before" };
    const draft = draftFor(freshRoomId(), { data });
    await log().append([draft]);
    data.text = "after";
    expect((await log().find(draft.roomId, draft.id))?.data).toEqual({ text: "before" });
  });

  const odd = [
    ["NUL", "a\u0000b"],
    ["a lone surrogate", "a\ud800b"],
  ] as const;
  test.each(odd)("%s in data is kept as it was or refused, and harms nobody", async (_what, text) => {
    await keptOrRefused(draftFor(freshRoomId(), { data: { text }, meta: { text } }));
  });
  test.each(odd)(
    "%s in an event's name or sender is kept as it was or refused, and harms nobody",
    async (_what, text) => {
      await keptOrRefused(draftFor(freshRoomId(), { event: text }));
      await keptOrRefused(draftFor(freshRoomId(), { from: text }));
    },
  );

  async function keptOrRefused(draft: Draft): Promise<void> {
    const refusal = await refusalOf(log().append([draft]));
    const found = await log().find(draft.roomId, draft.id);
    if (refusal) expect(found).toBeUndefined();
    else expect(found).toMatchObject(draft);
    const [next] = await log().append([draftFor(draft.roomId)]);
    expect(appendedEvent(next).seq).toBe(refusal ? 1 : 2);
  }
}

async function refusalOf(call: Promise<unknown>): Promise<DialogueError | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(DialogueError);
    return error instanceof DialogueError ? error : undefined;
  }
}
