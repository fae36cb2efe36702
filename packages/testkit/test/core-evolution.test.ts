import { type EventLog, type Log, memoryBackplane, memoryLog } from "@dialogue/core";
import { defineEvent, type JsonValue, type MessagesFrame, versions } from "@dialogue/events";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { draftFor, freshId } from "../src/drafts.ts";
import { createTestClock } from "../src/test-clock.ts";
import { codeOf, connect, createWorld, Note, type World, type WorldOptions, watch } from "./core-world.ts";

const v1 = z.object({ body: z.string(), by: z.string() });
const v2 = z.object({ text: z.string().max(20), at: z.coerce.date().optional(), senderId: z.string() });
const v3 = z.object({
  text: z.string().max(20),
  at: z.coerce.date().optional(),
  format: z.enum(["plain", "markdown"]),
  isPinned: z.boolean().default(false),
  senderId: z.string(),
});

const asFirst = defineEvent("message", { author: "by", schema: v1 });
const asSecond = defineEvent("message", {
  author: "senderId",
  schema: versions(v1).next(v2, ({ body, by }) => ({ text: body, senderId: by })),
});

let upcasts = 0;
const asThird = defineEvent("message", {
  author: "senderId",
  schema: versions(v1)
    .next(v2, ({ body, by }) => {
      upcasts++;
      if (body === "bad") throw new Error("on purpose");
      return { text: body, senderId: by };
    })
    .next(v3, (old) => ({ ...old, format: "plain" })),
});

const roomsOf = (event: typeof asFirst | typeof asSecond | typeof asThird): NonNullable<WorldOptions["rooms"]> => ({
  general: { name: "General", events: [event, Note], syncHistoryOnJoin: true },
});

const system = undefined;

async function append(log: Log, version: number, data: JsonValue, facts: object = {}): Promise<string> {
  const draft = draftFor("general", { version, data, ...facts });
  await log.events.append([draft]);
  return draft.id;
}

const old = (body: string): JsonValue => ({ body, by: "ada" });
const today = (text: string) => ({ text, format: "plain", isPinned: false, senderId: "ada" });

/** A log of before today's definition, and a node with it. */
async function worldWith(stored: readonly (readonly [version: number, data: JsonValue])[], options: WorldOptions = {}) {
  const clock = createTestClock();
  const log = memoryLog({ clock, random: Math.random });
  const ids: string[] = [];
  for (const [version, data] of stored) ids.push(await append(log, version, data));
  upcasts = 0;
  return { ids, world: await createWorld({ clock, log, rooms: roomsOf(asThird), ...options }) };
}

/** What a subscription from the beginning gets. */
async function replayOf(world: World): Promise<readonly MessagesFrame[]> {
  const watched = await watch(world, world.core.messages(connect(world.core, "eve").caller, "general", {}));
  await world.clock.advance(200);
  return watched.data.slice(1);
}

const story = (frames: readonly MessagesFrame[]) =>
  frames.flatMap((frame) => {
    if (!("event" in frame)) return [];
    return [[frame.event.seq, frame.type, "data" in frame.event ? frame.event.data : undefined]];
  });

describe("an event of an older version", () => {
  const at = "2026-01-02T03:04:05.000Z";

  test("is read as today's on every path, and the log keeps what it holds", async () => {
    const { world, ids } = await worldWith([
      [1, old("one")],
      [2, { text: "two", at, senderId: "ada" }],
    ]);
    const expected = [today("one"), { ...today("two"), at }];
    expect(story(await replayOf(world))).toEqual(expected.map((data, place) => [place + 1, "event", data]));
    const { events } = await world.core.history(system, "general", {});
    expect(events.map(({ data }) => data)).toEqual(expected);
    const around = await world.core.history(system, "general", { around: ids[0] ?? "", limit: 2 });
    expect(around.events.map(({ data }) => data)).toEqual(expected);
    const consumed: unknown[] = [];
    world.core.consume("mailer", "general", asThird, ({ data }) => void consumed.push(data));
    await world.clock.advance(2_000);
    expect(consumed).toEqual(expected);
    const exported: unknown[] = [];
    for await (const { data } of world.core.exportUser("ada")) exported.push(data);
    expect(exported).toEqual(expected);
    expect((await world.log.events.find("general", ids[0] ?? ""))?.data).toEqual(old("one"));
    expect(world.reports).toEqual([]);
  });

  test("is made today's once for all readers that ask for it together", async () => {
    const { world } = await worldWith(Array.from({ length: 50 }, (_, at) => [1, old(`${at}`)] as const));
    const sources = Array.from({ length: 20 }, (_, at) =>
      world.core.messages(connect(world.core, `user${at}`).caller, "general", {}),
    );
    const watched = await Promise.all(sources.map((source) => watch(world, source)));
    await world.clock.advance(200);
    for (const { data } of watched) expect(data).toHaveLength(51);
    expect(upcasts).toBe(50);
  });

  test("redacted stays redacted", async () => {
    const { world, ids } = await worldWith([[1, old("one")]]);
    await world.core.redact("general", ids[0] ?? "");
    expect(story(await replayOf(world))).toEqual([[1, "redacted", undefined]]);
    expect(upcasts).toBe(0);
  });

  test("an upcast that changes what it is given changes nothing else", async () => {
    const greedy = defineEvent("message", {
      schema: versions(v1).next(v2, (given) => {
        Object.assign(given, { body: "changed" });
        return { text: given.body, senderId: given.by };
      }),
    });
    const { world, ids } = await worldWith([[1, old("one")]], { rooms: roomsOf(greedy) });
    expect(story(await replayOf(world))).toMatchObject([[1, "event", { text: "changed" }]]);
    expect((await world.log.events.find("general", ids[0] ?? ""))?.data).toEqual(old("one"));
  });
});

describe("an event that cannot be read as today's", () => {
  const stored = [
    [1, old("one")],
    [1, old("bad")],
    [1, old("a text that today's schema finds too long")],
    [1, old("bad")],
    [3, today("four")],
  ] as const;

  test("keeps its place in the stream, is left out of history, and is reported once for each version of a name", async () => {
    const { world } = await worldWith(stored);
    expect(story(await replayOf(world))).toEqual([
      [1, "event", today("one")],
      [2, "unreadable", undefined],
      [3, "unreadable", undefined],
      [4, "unreadable", undefined],
      [5, "event", today("four")],
    ]);
    const { events } = await world.core.history(system, "general", { limit: 5 });
    expect(events.map(({ seq }) => seq)).toEqual([1, 5]);
    expect(world.reports).toEqual([expect.stringContaining("cannot read message of version 1")]);
  });

  test("is handed out to whom it belongs as it was stored", async () => {
    const { world } = await worldWith(stored);
    const exported: unknown[] = [];
    for await (const { data } of world.core.exportUser("ada")) exported.push(data);
    expect(exported[1]).toEqual(old("bad"));
    expect(exported).toHaveLength(5);
  });

  test("holds a consumer at its place, and is not lost to it when a node comes that can read it", async () => {
    const { world, ids } = await worldWith(stored.slice(0, 2));
    const got: string[] = [];
    world.core.consume("mailer", "general", asThird, ({ id }) => void got.push(`here ${ids.indexOf(id)}`));
    await world.clock.advance(30_000);
    expect(got).toEqual(["here 0"]);
    expect(world.reports.filter((report) => report.startsWith("run consumer"))).toHaveLength(1);
    const mended = await createWorld({ clock: world.clock, log: world.log, rooms: roomsOf(asSecond) });
    mended.core.consume("mailer", "general", asSecond, ({ id }) => void got.push(`there ${ids.indexOf(id)}`));
    await world.clock.advance(30_000);
    expect(got).toEqual(["here 0", "there 1"]);
  });

  test("lets a consumer go on once it is redacted", async () => {
    const { world, ids } = await worldWith(stored.slice(0, 2));
    const got: string[] = [];
    world.core.consume("mailer", "general", asThird, ({ id }) => void got.push(`${ids.indexOf(id)}`));
    await world.clock.advance(5_000);
    await world.core.redact("general", ids[1] ?? "");
    ids.push(await append(world.log, 3, today("after")));
    await world.clock.advance(30_000);
    expect(got).toEqual(["0", "2"]);
  });

  test("also where a schema never answers, and the others are read all the same", async () => {
    const stuck = v2.refine(({ text }) => text !== "stuck" || new Promise<boolean>(() => undefined));
    const slow = defineEvent("message", {
      schema: versions(v1).next(stuck, ({ body, by }) => ({ text: body, senderId: by })),
    });
    const { world } = await worldWith([[1, old("stuck")], [1, old("two")]], { rooms: roomsOf(slow) }); // biome-ignore format: short
    const watched = await watch(world, world.core.messages(connect(world.core, "eve").caller, "general", {}));
    await world.clock.advance(10_000);
    expect(story(watched.data)).toMatchObject([
      [1, "unreadable", undefined],
      [2, "event", { text: "two" }],
    ]);
  });
});

/** A node that knows the first two versions and one that knows the third, as in a deploy. */
async function deploy() {
  const clock = createTestClock();
  const log = memoryLog({ clock, random: Math.random });
  const bus = memoryBackplane();
  const backplane = () => bus.node();
  const before = await createWorld({ clock, log, backplane, rooms: roomsOf(asSecond) });
  const after = await createWorld({ clock, log, backplane, rooms: roomsOf(asThird) });
  return { clock, log, before, after };
}

describe("nodes of two versions", () => {
  const say = (world: World, data: unknown) =>
    world.core.trigger(connect(world.core, "ada").caller, { roomId: "general", event: "message", data, id: freshId() });

  test("give every event live and from the log alike: what is older as today's, what is newer as it is", async () => {
    const { clock, before, after } = await deploy();
    const watched = [before, after].map((world) =>
      watch(world, world.core.messages(connect(world.core, "eve").caller, "general", {})),
    );
    await clock.advance(100);
    await say(before, { text: "old", senderId: "ada" });
    await clock.advance(100);
    await say(after, { text: "new", format: "markdown", senderId: "ada" });
    await clock.advance(10_000);
    const asOld = { text: "old", senderId: "ada" };
    const asNew = { ...today("new"), format: "markdown" };
    const [old, young] = await Promise.all(watched);
    expect(story(old?.data ?? [])).toMatchObject([[1, "event", asOld], [2, "event", asNew]]); // biome-ignore format: short
    expect(story(young?.data ?? [])).toEqual([[1, "event", today("old")], [2, "event", asNew]]); // biome-ignore format: short
    expect(story(await replayOf(before))).toEqual(story(old?.data ?? []));
    expect(story(await replayOf(after))).toEqual(story(young?.data ?? []));
    for (const { reports } of [before, after]) expect(reports).toEqual([]);
  });

  test("leave to the one that knows it what a handler of the other does not expect", async () => {
    const { clock, before, after } = await deploy();
    const got: unknown[] = [];
    before.core.consume("mailer", "general", asSecond, ({ data }) => void got.push(["before", data]));
    await clock.advance(5_000);
    await say(before, { text: "old", senderId: "ada" });
    await say(after, { text: "new", format: "markdown", senderId: "ada" });
    await say(before, { text: "late", senderId: "ada" });
    await clock.advance(20_000);
    const first = ["before", { text: "old", senderId: "ada" }];
    expect(got).toEqual([first]);
    after.core.consume("mailer", "general", asThird, ({ data }) => void got.push(["after", data]));
    await clock.advance(20_000);
    expect(got).toEqual([first, ["after", { ...today("new"), format: "markdown" }], ["after", today("late")]]);
  });
});

describe("a client of an older version", () => {
  const trigger = (world: World, data: unknown, id = freshId()) =>
    world.core.trigger(connect(world.core, "ada").caller, { roomId: "general", event: "message", data, id });

  test("is understood, and stored as today's", async () => {
    const { world } = await worldWith([]);
    expect((await trigger(world, old("one"))).data).toEqual(today("one"));
    expect((await trigger(world, { text: "two", senderId: "ada" })).data).toEqual(today("two"));
    const { events } = await world.log.events.read("general", { after: 0, limit: 10 });
    expect(events.map(({ version, data }) => [version, data])).toEqual([
      [3, today("one")],
      [3, today("two")],
    ]);
  });

  test("may say no more than it could: the author is checked, and today's schema has the last word", async () => {
    const { world } = await worldWith([]);
    expect(await codeOf(trigger(world, { body: "one", by: "bob" }))).toBe("VALIDATION_FAILED");
    expect(await codeOf(trigger(world, old("a text that today's schema finds too long")))).toBe("VALIDATION_FAILED");
    expect(await codeOf(trigger(world, { nothing: "known" }))).toBe("VALIDATION_FAILED");
    expect(
      await codeOf(world.core.trigger(system, { roomId: "general", event: "message", data: old("x") }, "ada")),
    ).toBe("VALIDATION_FAILED");
  });

  test("meets a beforeEach that knows today's alone", async () => {
    const seen: unknown[] = [];
    const hooks = { events: { beforeEach: ({ data }: { data: unknown }) => void seen.push(data) } };
    const { world } = await worldWith([], { hooks });
    await trigger(world, old("one"));
    expect(seen).toEqual([{ text: "one", format: "plain", senderId: "ada" }]);
  });

  test.each(["without", "with"])("gets the first event for a resend across a deploy, %s a hook", async (which) => {
    const hooks = which === "with" ? { events: { beforeEach: () => undefined } } : {};
    const { clock, log, before } = await deploy();
    const id = freshId();
    const first = await trigger(before, { text: "hello", senderId: "ada" }, id);
    const strict = defineEvent("message", { schema: z.object({ words: z.array(z.string()) }) });
    const events = { lifted: asThird, strict, removed: Note };
    for (const event of Object.values(events)) {
      const rooms = { general: { name: "General", events: [event] } };
      const node = await createWorld({ clock, log, rooms, hooks });
      const again = await trigger(node, { text: "hello", senderId: "ada" }, id);
      expect(again).toMatchObject({ id: first.id, seq: 1 });
      if (event === asThird) expect(again.data).toEqual(today("hello"));
      expect(await codeOf(trigger(node, { text: "other", senderId: "ada" }, id))).toBe("CONFLICT");
    }
    expect((await log.events.heads(["general"]))[0]?.head.seq).toBe(1);
  });
});

test("an event whose definition is gone is passed on as it was stored", async () => {
  const { world } = await worldWith([[2, old("one")]], {
    rooms: { general: { name: "G", events: [Note], syncHistoryOnJoin: true } },
  });
  expect(story(await replayOf(world))).toEqual([[1, "event", old("one")]]);
  expect((await world.core.history(system, "general", {})).events).toMatchObject([
    { event: "message", data: old("one") },
  ]);
  expect(world.reports).toEqual([]);
});

test("a log that is an object of a class keeps its methods", async () => {
  const clock = createTestClock();
  const log = memoryLog({ clock, random: Math.random });
  class Own {
    append: EventLog["append"] = (drafts) => log.events.append(drafts);
  }
  const events = Object.setPrototypeOf(new Own(), log.events) as EventLog;
  const world = await createWorld({ clock, log: { ...log, events }, rooms: roomsOf(asThird) });
  await append(log, 1, old("one"));
  expect(story(await replayOf(world))).toEqual([[1, "event", today("one")]]);
});
