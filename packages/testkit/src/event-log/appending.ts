import type { EventLog } from "@dialogue/core";
import { expect, test } from "vitest";
import { appendedEvent, draftFor, freshRoomId } from "../drafts.ts";
import { readAll, seqsOf } from "./whole-log.ts";

/** Promises 1 to 4 of EventLog, for one caller. */
export function appending(log: () => EventLog): void {
  test("1. what append resolved is in every later read", async () => {
    const roomId = freshRoomId();
    const event = appendedEvent((await log().append([draftFor(roomId)]))[0]);
    expect((await log().read(roomId, { after: 0, limit: 10 })).events).toEqual([event]);
    expect(await log().find(roomId, event.id)).toEqual(event);
    expect(await log().heads([roomId])).toMatchObject([{ head: { seq: 1, tag: event.tag } }]);
  });

  test("2. seqs are 1, 2, 3 in each room, whatever else is in the append", async () => {
    const [one, two] = [freshRoomId(), freshRoomId()];
    await log().append([one, two, one, one].map((roomId) => draftFor(roomId)));
    await log().append([two, one].map((roomId) => draftFor(roomId)));
    expect(await seqsOf(log(), one)).toEqual([1, 2, 3, 4]);
    expect(await seqsOf(log(), two)).toEqual([1, 2]);
  });

  test("3. a resend answers the first event and adds none", async () => {
    const roomId = freshRoomId();
    const draft = draftFor(roomId);
    const event = appendedEvent((await log().append([draft]))[0]);
    await log().append([draftFor(roomId)]);
    expect(await log().append([draft])).toEqual([{ status: "duplicate", event }]);
    expect(await seqsOf(log(), roomId)).toEqual([1, 2]);
  });

  test.each([
    ["another draft", { hash: "b".repeat(64) }],
    ["another user", { from: "bob" }],
  ])("3. %s under the same id is a conflict and leaves no trace", async (_who, other) => {
    const draft = draftFor(freshRoomId());
    const event = appendedEvent((await log().append([draft]))[0]);
    expect(await log().append([{ ...draft, ...other }])).toEqual([{ status: "conflict" }]);
    expect((await log().read(draft.roomId, { after: 0, limit: 10 })).events).toEqual([event]);
    expect((await log().heads([draft.roomId]))[0]?.head.seq).toBe(1);
    expect(appendedEvent((await log().append([draftFor(draft.roomId)]))[0]).seq).toBe(2);
  });

  test("3. the same id in another room is another event", async () => {
    const draft = draftFor(freshRoomId());
    await log().append([draft]);
    const [answer] = await log().append([{ ...draft, roomId: freshRoomId() }]);
    expect(appendedEvent(answer).seq).toBe(1);
  });

  test("4. answers stand in the order of the drafts, and each draft has its own", async () => {
    const roomId = freshRoomId();
    const standing = draftFor(roomId);
    await log().append([standing]);
    const fresh = draftFor(roomId);
    const answers = await log().append([
      draftFor(roomId),
      { ...standing, hash: "b".repeat(64) },
      fresh,
      standing,
      fresh,
      { ...fresh, from: "bob" },
      draftFor(roomId),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(
      "appended conflict appended duplicate duplicate conflict appended".split(" "),
    );
    expect(answers.map((answer) => "event" in answer && answer.event.seq)).toEqual([2, false, 3, 1, 3, false, 4]);
  });

  test("4. a conflict and, behind it in the same append, the draft that stands are told apart", async () => {
    const standing = draftFor(freshRoomId());
    await log().append([standing]);
    const answers = await log().append([{ ...standing, from: "bob" }, standing]);
    expect(answers.map(({ status }) => status)).toEqual(["conflict", "duplicate"]);
  });

  test("4. an append of nothing answers nothing", async () => {
    expect(await log().append([])).toEqual([]);
  });

  test("4. each answer knows the tag of the event before its own", async () => {
    const [one, two] = [freshRoomId(), freshRoomId()];
    const first = await log().append([one, two, one].map((roomId) => draftFor(roomId)));
    const second = await log().append([one, two].map((roomId) => draftFor(roomId)));
    for (const roomId of [one, two]) {
      const ofRoom = [...first, ...second].filter((answer) => "event" in answer && answer.event.roomId === roomId);
      const tags = ofRoom.map((answer) => appendedEvent(answer).tag);
      const previous = ofRoom.map((answer) => answer.status === "appended" && answer.previousTag);
      expect(previous).toEqual(["", ...tags.slice(0, -1)]);
    }
  });

  test("tags are 8 hex digits, and other ones for each event", async () => {
    const roomId = freshRoomId();
    await log().append(Array.from({ length: 50 }, () => draftFor(roomId)));
    const tags = (await readAll(log(), roomId)).map(({ tag }) => tag);
    expect(tags.every((tag) => /^[0-9a-f]{8}$/.test(tag))).toBe(true);
    expect(new Set(tags).size).toBeGreaterThan(48);
  });
}
