import { memoryLog, type StoredEvent } from "@dialogue/core";
import { defineEvent, type Limits, type MessagesFrame, type RoomDefinition } from "@dialogue/events";
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { freshId } from "../src/drafts.ts";
import { createTestClock } from "../src/test-clock.ts";
import {
  codeOf,
  connect,
  createWorld,
  Note,
  say,
  type TestClient,
  texts,
  type Watched,
  type World,
  watch,
} from "./core-world.ts";

const schema = z.object({ text: z.string() });
const Recent = defineEvent("recent", { schema, history: { limit: 3 } });
const Brief = defineEvent("brief", { schema, history: { maxAge: 600_000 } });
const general: RoomDefinition = { name: "General", events: [Note, Recent, Brief] };
const minute = 60_000;
const lasting: Partial<Limits> = { resendMs: 30 * minute };
const kinds = { note: Note, recent: Recent, brief: Brief } as const;

function post(world: World, event: keyof typeof kinds, text: string, roomId = "general") {
  return world.core.trigger(undefined, { roomId, event: kinds[event], data: { text } });
}

async function kept(world: World, roomId = "general"): Promise<readonly StoredEvent[]> {
  return (await world.log.events.read(roomId, { after: 0, limit: 1_000 })).events;
}

/** What the room's log shows: the texts, and how many places are empty; those purged are not there. */
async function shown(world: World, roomId = "general"): Promise<readonly unknown[]> {
  return (await kept(world, roomId)).map(({ data }) => Object(data).text ?? "-");
}

describe("retention", () => {
  test("empties what is beyond an event's limit, and nothing else", async () => {
    const world = await createWorld({ rooms: { general }, limits: lasting });
    for (const text of ["1", "2", "3", "4"]) await post(world, "recent", text);
    for (const text of ["a", "b", "c", "d"]) await post(world, "note", text);
    await post(world, "recent", "5");
    await world.clock.advance(2 * minute);
    expect(await shown(world)).toEqual(["-", "-", "3", "4", "a", "b", "c", "d", "5"]);
    expect((await kept(world)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect((await world.core.history(undefined, "general", {})).events).toHaveLength(7);
    await world.stop();
    expect([world.reports, world.clock.pending]).toEqual([[], 0]);
  });

  test("empties what is older than an event's age by the log's clock", async () => {
    const world = await createWorld({ rooms: { general }, limits: lasting });
    await post(world, "brief", "1");
    await world.clock.advance(5 * minute);
    await post(world, "brief", "2");
    await world.clock.advance(4 * minute);
    expect(await shown(world)).toEqual(["1", "2"]);
    await world.clock.advance(3 * minute);
    expect(await shown(world)).toEqual(["-", "2"]);
    await world.clock.advance(5 * minute);
    expect(await shown(world)).toEqual(["-", "-"]);
  });

  test("purges the empty places at the beginning once no resend need be known, and leaves those between", async () => {
    const world = await createWorld({ rooms: { general }, limits: lasting });
    const id = freshId();
    const send = async () =>
      Object(await world.core.trigger(undefined, { roomId: "general", event: Recent, data: { text: "1" }, id })).seq;
    expect(await send()).toBe(1);
    for (const text of ["2", "3", "4"]) await post(world, "recent", text);
    await post(world, "note", "a");
    for (const text of ["5", "6", "7"]) await post(world, "recent", text);
    await world.clock.advance(25 * minute);
    expect(await shown(world)).toEqual(["-", "-", "-", "-", "a", "5", "6", "7"]);
    expect(await send()).toBe(1);
    await post(world, "recent", "8");
    await world.clock.advance(10 * minute);
    expect(await shown(world)).toEqual(["a", "-", "6", "7", "8"]);
    expect((await world.log.events.heads(["general"]))[0]).toMatchObject({ head: { seq: 9 }, floor: { seq: 4 } });
    await post(world, "note", "b");
    expect((await kept(world)).map(({ seq }) => seq)).toEqual([5, 6, 7, 8, 9, 10]);
  });

  test("takes as many steps as it needs, the rooms in turn, and logs each", async () => {
    const lines: object[] = [];
    const clock = createTestClock();
    const world = await createWorld({
      clock,
      rooms: { general, other: general },
      limits: { retentionEvents: 4, resendMs: 0 },
      log: memoryLog({ clock, random: Math.random }),
      told: (facts) => lines.push(facts),
    });
    for (let at = 0; at < 12; at++) await post(world, "recent", `${at}`);
    for (let at = 0; at < 5; at++) await post(world, "recent", `${at}`, "other");
    await clock.advance(2 * minute);
    expect(lines).toEqual([
      { roomId: "general", redacted: 4, purged: 4 },
      { roomId: "other", redacted: 2, purged: 2 },
      { roomId: "general", redacted: 4, purged: 4 },
      { roomId: "general", redacted: 1, purged: 1 },
    ]);
    expect(await shown(world)).toEqual(["9", "10", "11"]);
    expect(await shown(world, "other")).toEqual(["2", "3", "4"]);
  });

  test("counts what it did, what failed and what is left, so that a monitor sees it get on or stand still", async () => {
    const clock = createTestClock();
    const log = memoryLog({ clock, random: Math.random });
    let isAway = true;
    let duringStep: unknown;
    const retain = async (...asked: Parameters<typeof log.events.retain>) => {
      if (isAway) throw new Error("away");
      duringStep ??= world.core.metrics().retention.roomsLeft;
      return log.events.retain(...asked);
    };
    const world = await createWorld({
      clock,
      rooms: { general, other: general },
      limits: { retentionEvents: 4, resendMs: 0 },
      log: { ...log, events: { ...log.events, retain } },
    });
    const none = { rounds: 0, redacted: 0, purged: 0, failures: 0, roomsLeft: 0, lastRoundAt: null };
    expect(world.core.metrics()).toEqual({ retention: none });
    for (let at = 0; at < 12; at++) await post(world, "recent", `${at}`);
    await clock.advance(1.25 * minute);
    const afterFailure = world.core.metrics().retention;
    expect(afterFailure).toMatchObject({ rounds: 1, redacted: 0, failures: 2, roomsLeft: 0 });
    isAway = false;
    await clock.advance(10 * minute);
    const { rounds, lastRoundAt, ...rest } = world.core.metrics().retention;
    expect(rest).toEqual({ redacted: 9, purged: 9, failures: 2, roomsLeft: 0 });
    expect(rounds).toBeGreaterThan(1);
    expect(lastRoundAt).toBeGreaterThan(Number(afterFailure.lastRoundAt));
    expect(duringStep).toBe(2);
  });

  test("tends rooms made at run time, whose events only the configuration knows", async () => {
    const world = await createWorld({ rooms: {}, events: [Recent], limits: lasting });
    await world.core.rooms.create(undefined, { id: "made", name: "Made", events: [Recent] });
    for (const text of ["1", "2", "3", "4"]) await post(world, "recent", text, "made");
    await world.clock.advance(2 * minute);
    expect(await shown(world, "made")).toEqual(["-", "2", "3", "4"]);
  });

  test("is done by one node at a time, and by another once that one is gone", async () => {
    const clock = createTestClock();
    const log = memoryLog({ clock, random: Math.random });
    let calls = 0;
    const counted = {
      ...log,
      events: {
        ...log.events,
        retain: (...asked: Parameters<typeof log.events.retain>) => {
          calls++;
          return log.events.retain(...asked);
        },
      },
    };
    const world = await createWorld({
      clock,
      log: counted,
      nodes: 3,
      rooms: { general: { ...general, events: [Recent] } },
    });
    await clock.advance(60 * minute);
    expect(calls).toBeGreaterThan(40);
    expect(calls).toBeLessThan(90);
    for (const text of ["1", "2", "3", "4"]) await post(world, "recent", text);
    const gone = world.cores.slice(0, 2).map((core) => core.stop());
    await clock.advance(5 * minute);
    await Promise.all(gone);
    expect(await shown(world)).toEqual(["-", "2", "3", "4"]);
  });

  test("goes on after a log that was away", async () => {
    const clock = createTestClock();
    const log = memoryLog({ clock, random: Math.random });
    let isAway = true;
    const retain = (...asked: Parameters<typeof log.events.retain>) =>
      isAway ? Promise.reject(new Error("away")) : log.events.retain(...asked);
    const world = await createWorld({ clock, log: { ...log, events: { ...log.events, retain } }, rooms: { general } });
    for (const text of ["1", "2", "3", "4"]) await post(world, "recent", text);
    await clock.advance(2 * minute);
    expect(await shown(world)).toEqual(["1", "2", "3", "4"]);
    expect(world.reports[0]).toContain("retention");
    isAway = false;
    await clock.advance(3 * minute);
    expect(await shown(world)).toEqual(["-", "2", "3", "4"]);
  });

  test("leaves open readers of every node without a hole, and ends a resume from before the floor in a reset", async () => {
    const world = await createWorld({ rooms: { general }, nodes: 2, limits: { retentionMs: 5_000, resendMs: minute } });
    const [here, there] = world.cores.map((core) => connect(core, "ada"));
    if (!here || !there) throw new Error("two nodes expected");
    const open = (client: TestClient, cursor?: string) =>
      watch(world, client.core.messages(client.caller, "general", cursor === undefined ? {} : { cursor }));
    const live = await Promise.all([open(here), open(there)]);
    const before = live[0]?.frames[0]?.cursor;
    for (const text of ["1", "2", "3", "4", "5"]) await post(world, "recent", text);
    await world.clock.advance(0);
    const second = live[1]?.frames[2]?.cursor;
    await world.clock.advance(10_000);
    // Empty, and not purged as yet: also in the memory of the node that did not do it.
    for (const client of [here, there])
      expect((await open(client, before)).data.map((frame) => frame.type)).toEqual([
        "ready",
        "redacted",
        "redacted",
        "event",
        "event",
        "event",
      ]);
    await world.clock.advance(5 * minute);
    await post(world, "recent", "6");
    await world.clock.advance(0);
    for (const watched of live) expect(texts(watched)).toEqual(["1", "2", "3", "4", "5", "6"]);
    for (const client of [here, there]) {
      const late = await open(client, before);
      expect(late.data).toMatchObject([{ type: "ready" }, { type: "reset", reason: "expired" }]);
      expect(late.data[1]).toMatchObject({ head: live[0]?.frames.at(-1)?.cursor, oldest: second });
      // The floor keeps its tag: whoever stands on it misses nothing.
      expect(texts(await open(client, second))).toEqual(["3", "4", "5", "6"]);
    }
  });

  test("leaves the newest of each kind and a log without a hole, whatever is posted and redacted when", async () => {
    const action = fc.oneof(
      fc.record({ do: fc.constantFrom("note" as const, "recent" as const, "brief" as const) }),
      fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1_000, minute, 7 * minute) }),
      fc.record({ do: fc.constant("redact" as const), at: fc.nat() }),
    );
    const property = fc.asyncProperty(fc.array(action, { maxLength: 40 }), fc.integer(), async (actions, seed) => {
      const limits = { retentionEvents: 2, resendMs: 3 * minute };
      const world = await createWorld({ rooms: { general }, limits, nodes: 2, seed });
      const all: { id: string; event: string; at: number; isRedacted: boolean }[] = [];
      for (const one of actions) {
        if (one.do === "wait") await world.clock.advance(one.ms);
        else if (one.do === "redact") {
          const chosen = all[one.at % Math.max(1, all.length)];
          if (!chosen) continue;
          await world.core.redact("general", chosen.id);
          chosen.isRedacted = true;
        } else {
          const { id } = await post(world, one.do, `${all.length}`);
          all.push({ id, event: one.do, at: world.clock.now(), isRedacted: false });
        }
      }
      await world.clock.advance(3 * minute);
      const now = world.clock.now();
      const events = await kept(world);
      const first = all.length - events.length;
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => first + at + 1));
      const standing = new Map(events.filter((event) => !event.redacted).map((event) => [event.id, event]));
      const recent = all.filter((event) => event.event === "recent" && !event.isRedacted).slice(-3);
      for (const event of all) {
        const isOld = event.event === "brief" && now - event.at > 10 * minute + 3 * minute;
        if (event.isRedacted || isOld) expect(standing.has(event.id)).toBe(false);
        else if (event.event === "note" || recent.includes(event)) expect(standing.has(event.id)).toBe(true);
        else if (event.event === "brief" && now - event.at < 10 * minute) expect(standing.has(event.id)).toBe(true);
      }
      expect([...standing.values()].filter(({ event }) => event === "recent").length).toBeLessThanOrEqual(3);
      expect(world.reports).toEqual([]);
      await world.stop();
    });
    await fc.assert(property, { numRuns: 60 });
  });
});

/** The events that a reader was told have lost their data. */
function redactedIn({ data }: Watched<MessagesFrame>): readonly number[] {
  return data.flatMap((frame) => (frame.type === "redaction" ? frame.seqs : []));
}

describe("a redaction", () => {
  test("empties the event on every node at once, and keeps its place", async () => {
    const world = await createWorld({ nodes: 2 });
    const [here, there] = world.cores.map((core) => connect(core, "ada"));
    if (!here || !there) throw new Error("two nodes expected");
    const witness = await watch(world, there.core.messages(there.caller, "general", {}));
    const start = witness.frames[0]?.cursor;
    const said = [];
    for (const text of ["1", "2", "3"]) said.push(await say(here, text));
    await world.settle();
    expect(await here.core.redact("general", said[1]?.id ?? "")).toBe(true);
    expect(await here.core.redact("general", said[1]?.id ?? "")).toBe(true);
    await world.settle();
    for (const client of [here, there]) {
      const cursor = start ?? "";
      const late = await watch(world, client.core.messages(client.caller, "general", { cursor }));
      expect(late.data.slice(1)).toMatchObject([
        { type: "event", event: { seq: 1 } },
        { type: "redacted", event: { seq: 2, redacted: true, from: "ada" } },
        { type: "event", event: { seq: 3 } },
      ]);
      expect(JSON.stringify(late.data[2])).not.toContain("text");
    }
    expect(texts(witness)).toEqual(["1", "2", "3"]);
    const page = await here.core.history(undefined, "general", {});
    expect(page.events.map(({ seq }) => seq)).toEqual([1, 3]);
  });

  test("is told to whoever has read the event, on every node, and moves nobody", async () => {
    const world = await createWorld({ nodes: 2 });
    const [here, there] = world.cores.map((core) => connect(core, "ada"));
    if (!here || !there) throw new Error("two nodes expected");
    const open = (client: TestClient, cursor?: string) =>
      watch(world, client.core.messages(client.caller, "general", cursor === undefined ? {} : { cursor }));
    const readers = await Promise.all([open(here), open(there)]);
    const said = [await say(here, "1"), await say(here, "2")];
    await world.settle();
    const late = await open(there, readers[0]?.frames.at(-1)?.cursor);
    await here.core.redact("general", said[0]?.id ?? "");
    await world.settle();
    await say(here, "3");
    await world.settle();
    for (const reader of readers) {
      const types = ["ready", "event", "event", "redaction", "event"];
      expect(reader.data.map(({ type }) => type)).toEqual(types);
      expect(reader.frames[3]).toEqual({ cursor: reader.frames[2]?.cursor, data: { type: "redaction", seqs: [1] } });
    }
    // Its client may have read it over another connection.
    expect(late.data.map(({ type }) => type)).toEqual(["ready", "redaction", "event"]);
    await world.core.eraseUser("ada");
    await world.settle();
    for (const reader of [...readers, late]) expect(redactedIn(reader)).toEqual([1, 2, 3]);
  });

  test("is told to a reader without room once it has some, and to one that was reading the event", async () => {
    const world = await createWorld({ limits: { ringEvents: 1, readEvents: 2 } });
    const ada = connect(world.core, "ada");
    const full = await watch(world, world.core.messages(ada.caller, "general", {}));
    const said = [];
    for (const text of ["1", "2", "3", "4"]) said.push(await say(ada, text));
    await world.settle();
    full.fill();
    await say(ada, "5");
    await world.settle();
    const { read } = world.log.events;
    vi.spyOn(world.log.events, "read").mockImplementation(async (...asked) => {
      const found = await read(...asked);
      await new Promise<void>((resolve) => world.clock.after(10, resolve));
      return found;
    });
    const reading = await watch(world, world.core.messages(ada.caller, "general", { cursor: "0." }));
    await world.core.redact("general", said[0]?.id ?? "");
    expect(full.data.at(-1)).toMatchObject({ type: "event", event: { seq: 5 } });
    full.drain();
    expect(full.data.at(-1)).toEqual({ type: "redaction", seqs: [1] });
    await world.clock.advance(1_000);
    expect(texts(reading)).toEqual(["1", "2", "3", "4", "5"]);
    const types = reading.data.map(({ type }) => type);
    expect(types.indexOf("redaction")).toBe(types.indexOf("event") + 1);
    expect(reading.data).toContainEqual({ type: "redaction", seqs: [1] });
  });

  test("answers false for an event the log does not hold, and refuses a room there is not", async () => {
    const { core } = await createWorld();
    expect(await core.redact("general", freshId())).toBe(false);
    expect(await codeOf(core.redact("nowhere", freshId()))).toBe("ROOM_NOT_FOUND");
  });
});

describe("what a user has said", () => {
  async function crowded(): Promise<World> {
    const rooms = { general, other: general };
    const world = await createWorld({ rooms, nodes: 2, limits: { retentionEvents: 2, readEvents: 2 } });
    for (let at = 0; at < 7; at++)
      for (const from of ["ada", "bob"])
        await world.core.trigger(
          undefined,
          { roomId: at % 3 === 0 ? "other" : "general", event: Note, data: { text: `${from} ${at}` } },
          from,
        );
    return world;
  }

  async function exported(world: World, userId: string): Promise<readonly unknown[]> {
    const found: unknown[] = [];
    for await (const event of world.core.exportUser(userId)) found.push(`${event.roomId} ${Object(event.data).text}`);
    return found;
  }

  const ofAda = [1, 2, 4, 5].map((at) => `general ada ${at}`).concat([0, 3, 6].map((at) => `other ada ${at}`));

  test("is handed out room by room, in the order of each", async () => {
    const world = await crowded();
    expect(await exported(world, "ada")).toEqual(ofAda);
    expect(await exported(world, "nobody")).toEqual([]);
  });

  test("is erased in every room and on every node, and nobody else's", async () => {
    const world = await crowded();
    const there = connect(world.cores[1] ?? world.core, "eve");
    const witness = await watch(world, there.core.messages(there.caller, "general", { cursor: "0." }));
    await world.core.trigger(undefined, { roomId: "general", event: Note, data: { text: "ada last" } }, "ada");
    await world.settle();
    const cursor = witness.frames.at(-2)?.cursor ?? "";
    expect(await world.core.eraseUser("ada")).toBe(8);
    expect(await world.core.eraseUser("ada")).toBe(0);
    await world.settle();
    // From the memory of the other node.
    const late = await watch(world, there.core.messages(there.caller, "general", { cursor }));
    expect(late.data.map(({ type }) => type)).toEqual(["ready", "redacted"]);
    expect(await exported(world, "ada")).toEqual([]);
    expect(await exported(world, "bob")).toHaveLength(7);
    expect((await kept(world)).map(({ redacted }) => redacted)).toEqual([
      ...[true, false, true, false, true, false, true, false],
      true,
    ]);
  });

  test("is not erased of the application itself", async () => {
    const world = await crowded();
    expect(await codeOf(world.core.eraseUser("system"))).toBe("INVALID_REQUEST");
  });
});
