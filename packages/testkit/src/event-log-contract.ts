import type { Draft, EventLog, Log, ReadResult, StoredEvent } from "@dialogue/core";
import { DialogueError, type JsonValue } from "@dialogue/events";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { appendedEvent, draftFor, freshId, freshRoomId } from "./drafts.ts";

/** The promises of EventLog as tests. Whoever made the log that `open` answers closes it; it may answer the same one again. */
export function eventLogContract(name: string, open: () => Promise<Log>): void {
  describe(`EventLog: ${name}`, () => {
    let log: Log;
    beforeAll(async () => {
      log = await open();
    });
    const events = (): EventLog => log.events;
    appending(events);
    reading(events);
    storing(events);
    racing(events);
    forgetting(events);
    describeHeads(() => log);
  });
}

type Events = () => EventLog;

function appending(log: Events): void {
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

function reading(log: Events): void {
  async function roomOf(names: readonly string[]): Promise<string> {
    const roomId = freshRoomId();
    await log().append(names.map((event) => draftFor(roomId, { event })));
    return roomId;
  }
  const seqs = ({ events }: ReadResult): number[] => events.map(({ seq }) => seq);

  test.each([
    ["from the start", { after: 0, limit: 3 }, [1, 2, 3]],
    ["after a seq", { after: 2, limit: 2 }, [3, 4]],
    ["up to a seq", { after: 1, limit: 10, upTo: 3 }, [2, 3]],
    ["after the head", { after: 6, limit: 10 }, []],
    ["far after the head", { after: 600, limit: 10 }, []],
    ["of an empty range", { after: 3, limit: 10, upTo: 3 }, []],
    ["of named events", { after: 1, limit: 2, events: ["b", "c"] }, [2, 3]],
    ["of named events up to a seq", { after: 0, limit: 10, upTo: 4, events: ["a"] }, [1, 4]],
    ["of a name nobody used", { after: 0, limit: 10, events: ["x"] }, []],
    ["of no name at all", { after: 0, limit: 10, events: [] }, []],
    ["backwards from the head", { backwards: true, limit: 2 }, [6, 5]],
    ["backwards from a seq", { backwards: true, limit: 2, upTo: 3 }, [3, 2]],
    ["backwards past the start", { backwards: true, limit: 10, upTo: 2 }, [2, 1]],
    ["backwards from beyond the head", { backwards: true, limit: 1, upTo: 99 }, [6]],
    ["backwards of named events", { backwards: true, limit: 2, events: ["a"] }, [4, 1]],
  ] as const)("reads %s", async (_what, range, expected) => {
    const roomId = await roomOf(["a", "b", "c", "a", "b", "c"]);
    expect(seqs(await log().read(roomId, range))).toEqual(expected);
  });

  test("a room without events reads as empty, both ways", async () => {
    const empty = { events: [], floor: { seq: 0, tag: "" } };
    expect(await log().read(freshRoomId(), { after: 0, limit: 5 })).toEqual(empty);
    expect(await log().read(freshRoomId(), { backwards: true, limit: 5 })).toEqual(empty);
  });

  test("finds no event by an id of another room", async () => {
    const roomId = await roomOf(["a"]);
    const [event] = await readAll(log(), roomId);
    expect(await log().find(freshRoomId(), event?.id ?? "")).toBeUndefined();
    expect(await log().find(roomId, freshId())).toBeUndefined();
  });

  test("any range answers what the same range of the whole log holds", async () => {
    const names = ["a", "b", "c"];
    const roomId = await roomOf(Array.from({ length: 20 }, (_, place) => names[(place * 7) % 3] ?? "a"));
    const whole = await readAll(log(), roomId);
    const bound = fc.integer({ min: 0, max: 23 });
    const range = fc.record(
      { after: bound, upTo: bound, limit: fc.integer({ min: 1, max: 9 }), events: fc.subarray(names) },
      { requiredKeys: ["after", "limit"] },
    );
    await fc.assert(
      fc.asyncProperty(range, fc.boolean(), async ({ after, ...given }, backwards) => {
        const from = backwards ? 0 : after;
        const fits = whole.filter(({ seq, event }) => {
          return seq > from && seq <= (given.upTo ?? 99) && (given.events?.includes(event) ?? true);
        });
        const found = await log().read(roomId, backwards ? { backwards: true, ...given } : { after, ...given });
        expect(found.events).toEqual((backwards ? fits.reverse() : fits).slice(0, given.limit));
      }),
      { numRuns: 60 },
    );
  });
}

function storing(log: Events): void {
  const meta = { source: "web", nested: { deep: [1, null, "$1"] } };

  test("keeps every fact of an event", async () => {
    const draft = draftFor(freshRoomId(), { event: "room:renamed", from: "user $1 'x' \\", meta });
    const event = appendedEvent((await log().append([draft]))[0]);
    expect(event).toMatchObject({ ...draft, seq: 1, redacted: false });
    expect(Number.isInteger(event.timestamp)).toBe(true);
    expect(await log().find(draft.roomId, draft.id)).toEqual(event);
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

function racing(log: Events): void {
  const ids = Array.from({ length: 12 }, freshId);
  const drafts = fc.array(
    fc.record({ room: fc.nat(2), id: fc.constantFrom(...ids), hash: fc.constantFrom("first", "first", "other") }),
    { minLength: 1, maxLength: 8 },
  );
  const callers = fc.array(fc.array(drafts, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 8 });

  test("2, 3, 4. appends at once, with resends and conflicts, leave each room whole", async () => {
    await fc.assert(
      fc.asyncProperty(callers, async (batchesOfCallers) => {
        const rooms = [freshRoomId(), freshRoomId(), freshRoomId()];
        const toDraft = ({ room, id, hash }: { room: number; id: string; hash: string }): Draft =>
          draftFor(rooms[room] ?? "", { id, hash, data: { hash } });
        const answered = await Promise.all(
          batchesOfCallers.map(async (batches) => {
            const answers: Answered[] = [];
            for (const batch of batches) answers.push(...(await appendPaired(log(), batch.map(toDraft))));
            return answers;
          }),
        );
        for (const roomId of rooms) await expectWhole(log(), roomId, answered.flat());
      }),
      { numRuns: 25 },
    );
  });

  test("2. a reader beside the writers never sees a hole", async () => {
    const roomId = freshRoomId();
    let isWriting = true;
    const writers = Promise.all(
      Array.from({ length: 6 }, async () => {
        for (let turn = 0; turn < 15; turn++) await log().append([draftFor(roomId), draftFor(roomId)]);
      }),
    ).finally(() => {
      isWriting = false;
    });
    let seen = 0;
    while (isWriting || seen < 180) {
      const { events } = await log().read(roomId, { after: seen, limit: 500 });
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, place) => seen + place + 1));
      seen += events.length;
      if (!isWriting && events.length === 0) break;
    }
    await writers;
    expect(seen).toBe(180);
  });

  test("2. appends over the same rooms in opposite orders all succeed", async () => {
    const rooms = Array.from({ length: 6 }, freshRoomId);
    const appends = Array.from({ length: 24 }, (_, turn) => (turn % 2 === 0 ? rooms : rooms.toReversed()));
    await Promise.all(appends.map((ordered) => log().append(ordered.map((roomId) => draftFor(roomId)))));
    for (const head of await log().heads(rooms)) expect(head.head.seq).toBe(24);
  });

  test("3. of many resends at once one makes the event, and all answer it", async () => {
    const draft = draftFor(freshRoomId());
    const answers = await Promise.all(Array.from({ length: 16 }, () => log().append([draft])));
    const statuses = answers.map(([answer]) => answer?.status).sort();
    expect(statuses).toEqual(["appended", ...Array.from({ length: 15 }, () => "duplicate")]);
    expect(await seqsOf(log(), draft.roomId)).toEqual([1]);
  });
}

function forgetting(log: Events): void {
  async function roomOf(count: number): Promise<readonly StoredEvent[]> {
    const roomId = freshRoomId();
    await log().append(Array.from({ length: count }, () => draftFor(roomId, { meta: { a: 1 } })));
    return readAll(log(), roomId);
  }

  test("7. redact empties data and meta and keeps the place", async () => {
    const [first, second, third] = await roomOf(3);
    if (!first || !second || !third) throw new Error("three events expected");
    expect(await log().redact(second.roomId, second.id)).toBe(true);
    const { meta: _, ...rest } = second;
    const redacted = { ...rest, data: null, redacted: true };
    expect(await readAll(log(), first.roomId)).toEqual([first, redacted, third]);
    expect(await log().find(second.roomId, second.id)).toEqual(redacted);
    expect(await log().redact(second.roomId, second.id)).toBe(true);
  });

  test("7. a resend of a redacted event answers it as it is now", async () => {
    const draft = draftFor(freshRoomId());
    await log().append([draft]);
    await log().redact(draft.roomId, draft.id);
    expect(await log().append([draft])).toMatchObject([{ status: "duplicate", event: { data: null, redacted: true } }]);
  });

  test("7. redact of what is not there answers false", async () => {
    expect(await log().redact(freshRoomId(), freshId())).toBe(false);
  });

  test("7. purge removes the oldest events and raises the floor, which keeps its tag", async () => {
    const events = await roomOf(5);
    const roomId = events[0]?.roomId ?? "";
    const floor = { seq: 2, tag: events[1]?.tag };
    expect(await log().purge(roomId, 2)).toBe(2);
    expect(await log().read(roomId, { after: 0, limit: 10 })).toEqual({ events: events.slice(2), floor });
    expect(await log().read(roomId, { backwards: true, limit: 10 })).toMatchObject({ floor });
    expect(await log().heads([roomId])).toMatchObject([{ floor, head: { seq: 5, tag: events[4]?.tag } }]);
    expect(await log().find(roomId, events[0]?.id ?? "")).toBeUndefined();
    expect(await log().purge(roomId, 2)).toBe(0);
    expect(await log().purge(roomId, 1)).toBe(0);
    expect((await log().heads([roomId]))[0]?.floor).toEqual(floor);
  });

  test("7. a purge past the head stops there, and the log goes on behind it", async () => {
    const events = await roomOf(3);
    const roomId = events[0]?.roomId ?? "";
    expect(await log().purge(roomId, 99)).toBe(3);
    const place = { seq: 3, tag: events[2]?.tag };
    expect(await log().read(roomId, { after: 0, limit: 10 })).toEqual({ events: [], floor: place });
    expect(await log().heads([roomId])).toMatchObject([{ head: place, floor: place }]);
    const [answer] = await log().append([draftFor(roomId)]);
    expect(answer).toMatchObject({ status: "appended", event: { seq: 4 }, previousTag: place.tag });
    expect(await log().purge(freshRoomId(), 5)).toBe(0);
  });

  test("drop forgets the room: the next append begins at 1 with another tag", async () => {
    const events = await roomOf(3);
    const roomId = events[0]?.roomId ?? "";
    await log().purge(roomId, 1);
    await log().drop(roomId);
    expect(await log().read(roomId, { after: 0, limit: 10 })).toEqual({ events: [], floor: { seq: 0, tag: "" } });
    expect(await log().heads([roomId])).toMatchObject([{ head: { seq: 0, tag: "" }, floor: { seq: 0, tag: "" } }]);
    const [answer] = await log().append([draftFor(roomId, { id: events[0]?.id ?? "" })]);
    expect(answer).toMatchObject({ status: "appended", previousTag: "", event: { seq: 1 } });
    expect(appendedEvent(answer).tag).not.toBe(events[0]?.tag);
    await log().drop(freshRoomId());
  });

  test("7. purges beside appends keep head, floor and what lies between whole", async () => {
    const roomId = freshRoomId();
    const appends = Array.from({ length: 30 }, () => log().append([draftFor(roomId)]));
    const purges = Array.from({ length: 6 }, (_, turn) => log().purge(roomId, turn * 5));
    const removed = await Promise.all(purges);
    await Promise.all(appends);
    const { events, floor } = await log().read(roomId, { after: 0, limit: 100 });
    expect(removed.reduce((sum, count) => sum + count, 0)).toBe(floor.seq);
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 30 - floor.seq }, (_, n) => floor.seq + n + 1));
  });
}

function describeHeads(log: () => Log): void {
  test("6. heads answers for every room asked, in the order asked", async () => {
    const [known, unknown] = [freshRoomId(), freshRoomId()];
    const event = appendedEvent((await log().events.append([draftFor(known)]))[0]);
    const none = { seq: 0, tag: "" };
    const empty = { roomId: unknown, head: none, floor: none, aclVersion: 0 };
    const full = { roomId: known, head: { seq: 1, tag: event.tag }, floor: none, aclVersion: 0 };
    expect(await log().events.heads([unknown, known, unknown])).toEqual([empty, full, empty]);
    expect(await log().events.heads([])).toEqual([]);
  });

  test("6. heads answers the room's aclVersion, which a drop does not take back", async () => {
    const roomId = freshRoomId();
    await log().rooms.grant(roomId, { userId: "ada", role: "member" });
    const before = (await log().events.heads([roomId]))[0];
    expect(before).toMatchObject({ head: { seq: 0, tag: "" }, aclVersion: 1 });
    await log().events.append([draftFor(roomId)]);
    await log().events.drop(roomId);
    expect((await log().events.heads([roomId]))[0]?.aclVersion).toBe(1);
  });
}

interface Answered {
  readonly draft: Draft;
  readonly event: StoredEvent | undefined;
  readonly isNew: boolean;
}

async function appendPaired(log: EventLog, drafts: readonly Draft[]): Promise<readonly Answered[]> {
  const answers = await log.append(drafts);
  expect(answers.length).toBe(drafts.length);
  return drafts.map((draft, place) => {
    const answer = answers[place];
    const event = answer && answer.status !== "conflict" ? answer.event : undefined;
    return { draft, event, isNew: answer?.status === "appended" };
  });
}

/** Seqs without a hole, one event for each id, the same one in every answer; a conflict only where another stands. */
async function expectWhole(log: EventLog, roomId: string, answers: readonly Answered[]): Promise<void> {
  const events = await readAll(log, roomId);
  const ofRoom = answers.filter(({ draft }) => draft.roomId === roomId);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, place) => place + 1));
  expect((await log.heads([roomId]))[0]?.head).toEqual({ seq: events.length, tag: events.at(-1)?.tag ?? "" });
  expect(new Set(events.map(({ id }) => id))).toEqual(new Set(ofRoom.map(({ draft }) => draft.id)));
  expect(ofRoom.filter(({ isNew }) => isNew).length).toBe(events.length);
  for (const { draft, event } of ofRoom) {
    const standing = events.find(({ id }) => id === draft.id);
    expect(event).toEqual(standing?.hash === draft.hash ? standing : undefined);
  }
}

async function readAll(log: EventLog, roomId: string): Promise<readonly StoredEvent[]> {
  return (await log.read(roomId, { after: 0, limit: 10_000 })).events;
}

async function seqsOf(log: EventLog, roomId: string): Promise<readonly number[]> {
  return (await readAll(log, roomId)).map(({ seq }) => seq);
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
