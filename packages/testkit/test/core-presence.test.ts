import { type Attendee, memoryPresenceStore, type PresenceStore } from "@dialogue/core";
import type { PresenceFrame } from "@dialogue/events";
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { freshId } from "../src/drafts.ts";
import { seededRandom } from "../src/seeded-random.ts";
import { createTestClock } from "../src/test-clock.ts";
import { createUnrulyBackplane } from "../src/unruly-backplane.ts";
import { codeOf, connect, createWorld, general, type TestClient, type Watched, watch } from "./core-world.ts";

/** What a reader of these frames holds to be the roster; fails on a change that does not fit. */
function rosterOf({ data }: Watched<PresenceFrame>): Record<string, string> {
  const users = new Map<string, string>();
  for (const [at, frame] of data.entries()) {
    expect(at === 0 ? frame.type : "any").toBe(at === 0 ? "roster" : "any");
    if (frame.type === "roster") users.clear();
    for (const user of frame.type === "roster" ? frame.users : []) users.set(user.id, user.name);
    if (frame.type === "joined") expect(users.has(frame.user.id)).toBe(false);
    if (frame.type === "updated" || frame.type === "left") expect(users.has(frame.user.id)).toBe(true);
    if (frame.type === "joined" || frame.type === "updated") users.set(frame.user.id, frame.user.name);
    if (frame.type === "left") users.delete(frame.user.id);
  }
  return Object.fromEntries(users);
}

const types = ({ data }: Watched<PresenceFrame>) => data.map(({ type }) => type);

describe("presence", () => {
  test("is the roster first, then each user's coming and going, whatever the number of tabs and nodes", async () => {
    const world = await createWorld({ nodes: 2 });
    const [near, far] = world.cores;
    if (!near || !far) throw new Error("there are two nodes");
    const ada = connect(near, "ada");
    const watched = await watch(world, near.presence(ada.caller, "general"));
    await world.clock.advance(100);
    expect(watched.data).toEqual([{ type: "roster", users: [{ id: "ada", name: "ada" }] }]);
    const tabs = [connect(near, "bob"), connect(far, "bob")];
    for (const tab of tabs) await tab.core.join(tab.caller, "general");
    await world.clock.advance(100);
    await tabs[0]?.session.leave("general");
    await world.clock.advance(100);
    expect(types(watched)).toEqual(["roster", "joined"]);
    await tabs[1]?.session.leave("general");
    await world.clock.advance(100);
    expect(types(watched)).toEqual(["roster", "joined", "left"]);
  });

  test("does not flicker when a client reconnects, to another node either", async () => {
    const world = await createWorld({ nodes: 2 });
    const [near, far] = world.cores;
    if (!near || !far) throw new Error("there are two nodes");
    const watched = await watch(world, near.presence(connect(near, "ada").caller, "general"));
    const bob = connect(near, "bob", freshId());
    await near.join(bob.caller, "general");
    await world.clock.advance(100);
    bob.unlink();
    await world.clock.advance(1_000);
    const moved = connect(far, "bob", bob.session.id);
    await far.join(moved.caller, "general");
    await world.clock.advance(60_000);
    expect(types(watched)).toEqual(["roster", "joined"]);
    moved.unlink();
    await world.clock.advance(5_100);
    expect(types(watched)).toEqual(["roster", "joined", "left"]);
  });

  test("follows a user's name", async () => {
    const world = await createWorld();
    const watched = await watch(world, world.core.presence(connect(world.core, "ada").caller, "general"));
    const bob = connect(world.core, "bob", freshId());
    await world.core.join(bob.caller, "general");
    await world.clock.advance(100);
    connect(world.core, { id: "bob", name: "Bob" }, bob.session.id);
    await world.clock.advance(100);
    expect(watched.data.at(-1)).toEqual({ type: "updated", user: { id: "bob", name: "Bob" } });
  });

  test("gives a slow reader the whole roster once it can take more, and no backlog", async () => {
    const world = await createWorld();
    const watched = await watch(world, world.core.presence(connect(world.core, "ada").caller, "general"));
    watched.fill();
    for (let at = 0; at < 50; at++) {
      const visitor = connect(world.core, `user-${at}`);
      await world.core.join(visitor.caller, "general");
      await world.clock.advance(100);
    }
    expect(types(watched)).toEqual(["roster", "joined"]);
    watched.drain();
    await world.settle();
    expect(types(watched)).toEqual(["roster", "joined", "roster"]);
    expect(Object.keys(rosterOf(watched))).toHaveLength(51);
  });

  test("loses the attendees of a node that died within 12 seconds, though nobody tells", async () => {
    const clock = createTestClock();
    const presence = memoryPresenceStore({ clock });
    const world = await createWorld({ clock, presence });
    const watched = await watch(world, world.core.presence(connect(world.core, "ada").caller, "general"));
    await presence.renew("dead", 10_000);
    await presence.enter("general", { sessionId: "s", nodeId: "dead", user: { id: "bob", name: "Bob" } });
    await clock.advance(2_100);
    expect(Object.keys(rosterOf(watched))).toEqual(["ada", "bob"]);
    await clock.advance(9_900);
    expect(Object.keys(rosterOf(watched))).toEqual(["ada"]);
  });

  test("keeps the attendees of a node that lives, for as long as it does", async () => {
    const world = await createWorld();
    const watched = await watch(world, world.core.presence(connect(world.core, "ada").caller, "general"));
    await world.clock.advance(300_000);
    expect(types(watched)).toEqual(["roster"]);
  });

  test("comes back within 6 seconds when the store has lost everything", async () => {
    const world = await createWorld();
    const watched = await watch(world, world.core.presence(connect(world.core, "ada").caller, "general"));
    await world.clock.advance(20_000);
    await world.presence.forget(world.core.nodeId);
    await world.clock.advance(6_000);
    expect(rosterOf(watched)).toEqual({ ada: "ada" });
    expect(types(watched)).toContain("left");
  });

  test("comes back in a room that nobody watches too", async () => {
    const world = await createWorld();
    await world.core.join(connect(world.core, "ada").caller, "general");
    await world.presence.forget(world.core.nodeId);
    await world.clock.advance(35_000);
    expect((await world.core.rooms.attendees("general")).map(({ id }) => id)).toEqual(["ada"]);
  });

  test("holds no ghost of a join whose answer came too late", async () => {
    const world = await createWorld();
    const { enter } = world.presence;
    const late = vi.spyOn(world.presence, "enter").mockImplementation(async (...entry) => {
      await new Promise<void>((resolve) => world.clock.after(7_000, resolve));
      return enter(...entry);
    });
    const join = codeOf(world.core.join(connect(world.core, "ada").caller, "general"));
    await world.clock.advance(10_000);
    late.mockRestore();
    expect(await join).toBe("TIMEOUT");
    await world.clock.advance(31_000);
    expect(await world.core.rooms.attendees("general")).toEqual([]);
  });

  test("stays while the node compares many rooms with a slow store", async () => {
    const world = await createWorld();
    const { roster } = world.presence;
    const ids = Array.from({ length: 20 }, (_, at) => `room-${at}`);
    const ada = connect(world.core, "ada");
    for (const id of ids) {
      await world.core.rooms.create(undefined, { ...general, id });
      await world.core.join(ada.caller, id);
    }
    vi.spyOn(world.presence, "roster").mockImplementation(async (roomId) => {
      await new Promise<void>((resolve) => world.clock.after(2_000, resolve));
      return roster(roomId);
    });
    for (let second = 0; second < 120; second++) {
      await world.clock.advance(1_000);
      expect(await roster("room-19"), `after ${second} s`).toHaveLength(1);
    }
    expect(world.reports).toEqual([]);
  });

  test("holds no ghost of a session that ended on its way in", async () => {
    const world = await createWorld();
    const { enter } = world.presence;
    vi.spyOn(world.presence, "enter").mockImplementation(async (...entry) => {
      await new Promise<void>((resolve) => world.clock.after(1_000, resolve));
      return enter(...entry);
    });
    const ada = connect(world.core, "ada");
    const join = codeOf(world.core.join(ada.caller, "general"));
    await world.settle();
    ada.session.disconnect();
    await world.clock.advance(1_500);
    expect(await join).toBe("UNAVAILABLE");
    expect(await world.core.rooms.attendees("general")).toEqual([]);
  });

  test("comes back when the lease lapsed while the process stood still", async () => {
    const world = await createWorld();
    await world.core.join(connect(world.core, "ada").caller, "general");
    world.clock.stall(20_000);
    await world.clock.advance(4_000);
    expect((await world.core.rooms.attendees("general")).map(({ id }) => id)).toEqual(["ada"]);
  });
});

/** A store that is away whenever it is told to be; half of what it refuses takes effect all the same. */
function unrulyPresence(store: PresenceStore, random: () => number) {
  const state = { isAway: false };
  async function meet<T>(work: () => Promise<T>): Promise<T> {
    if (!state.isAway) return work();
    if (random() < 0.5) await work();
    throw new Error("the store is away");
  }
  const unruly: PresenceStore = {
    enter: (roomId: string, attendee: Attendee, maxUsers?: number) =>
      meet(() => store.enter(roomId, attendee, maxUsers)),
    leave: (roomId, sessionId) => meet(() => store.leave(roomId, sessionId)),
    roster: (roomId) => meet(() => store.roster(roomId)),
    renew: (nodeId, ttlMs) => meet(() => store.renew(nodeId, ttlMs)),
    forget: (nodeId) => meet(() => store.forget(nodeId)),
  };
  return { unruly, state };
}

type Step =
  | {
      readonly do: "connect" | "join" | "leave" | "drop" | "resume" | "disconnect";
      readonly who: number;
      readonly node: number;
    }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "fail" | "mend" };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom(
      "connect" as const,
      "join" as const,
      "join" as const,
      "leave" as const,
      "drop" as const,
      "resume" as const,
      "disconnect" as const,
    ),
    who: fc.nat({ max: 4 }),
    node: fc.nat({ max: 1 }),
  }),
  fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(0, 10, 700, 4_000) }),
  fc.record({ do: fc.constantFrom("fail" as const, "mend" as const) }),
);

describe("whatever happens to sessions, backplane and store", () => {
  test("every node's reader ends with the users who attend, and maxSize holds", async () => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.integer(), async (steps, seed) => {
      const clock = createTestClock();
      const random = seededRandom(seed);
      const { unruly, state } = unrulyPresence(memoryPresenceStore({ clock }), random);
      const bus = createUnrulyBackplane({
        clock,
        fate: () => (random() < 0.5 ? [] : [random() * 200, random() * 200]),
      });
      const world = await createWorld({
        clock,
        presence: unruly,
        backplane: bus.node,
        nodes: 2,
        seed,
        rooms: { general: { ...general, maxSize: 3 } },
      });
      const watchers = await Promise.all(
        world.cores.map((core) => watch(world, core.presence(connect(core, "watcher").caller, "general"))),
      );
      let wasAway = false;
      let clients: (TestClient & { isLinked: boolean })[] = [];
      const run = async (one: Step): Promise<void> => {
        if (one.do === "wait") return clock.advance(one.ms);
        if (!("who" in one)) {
          state.isAway = one.do === "fail";
          wasAway ||= state.isAway;
          return;
        }
        const core = world.cores[one.node] ?? world.core;
        const mine = clients.find((client) => client.core === core && client.user.id === `user-${one.who}`);
        if (one.do === "connect" && !mine)
          clients.push({ ...connect(core, `user-${one.who}`, freshId()), isLinked: true });
        if (!mine) return;
        if (one.do === "join") void codeOf(mine.core.join(mine.caller, "general"));
        if (one.do === "leave") void codeOf(mine.core.leave(mine.caller, "general"));
        if (one.do === "drop" && mine.isLinked) {
          mine.isLinked = false;
          mine.unlink();
        }
        if (one.do === "resume" && !mine.isLinked && world.core.session(mine.user.id, mine.session.id)) {
          clients = clients.filter((client) => client !== mine);
          clients.push({ ...connect(core, mine.user, mine.session.id), isLinked: true });
        }
        if (one.do === "disconnect") {
          clients = clients.filter((client) => client !== mine);
          mine.session.disconnect();
        }
      };
      for (const one of steps) await run(one);
      state.isAway = false;
      await clock.advance(90_000);
      const expected = new Set(
        world.cores.flatMap((core) =>
          core
            .sessions()
            .filter((session) => session.rooms().includes("general"))
            .map(({ userId }) => userId),
        ),
      );
      for (const watcher of watchers) expect(new Set(Object.keys(rosterOf(watcher)))).toEqual(expected);
      // Whoever was in before an outage is in after it, though others took the place meanwhile.
      if (!wasAway) expect(expected.size).toBeLessThanOrEqual(3);
      await world.stop();
      expect(clock.pending).toBe(0);
    });
    await fc.assert(property, { numRuns: 150 });
  });
});
