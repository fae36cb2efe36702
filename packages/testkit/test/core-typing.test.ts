import type { TypingFrame } from "@dialogue/events";
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { freshId } from "../src/drafts.ts";
import { seededRandom } from "../src/seeded-random.ts";
import { createTestClock } from "../src/test-clock.ts";
import { createUnrulyBackplane } from "../src/unruly-backplane.ts";
import {
  codeOf,
  connect,
  createWorld,
  general,
  say,
  type TestClient,
  type Watched,
  type World,
  watch,
} from "./core-world.ts";

const type = ({ core, caller }: TestClient, isTyping = true) =>
  core.trigger(caller, { roomId: "general", event: "typing", data: { isTyping } });

const idsIn = (frame: TypingFrame | undefined) => frame?.users.map(({ id }) => id);
const typists = ({ data }: Watched<TypingFrame>) => idsIn(data.at(-1));
const history = ({ data }: Watched<TypingFrame>) => data.map(idsIn);

async function watchTyping(world: World, at = 0): Promise<Watched<TypingFrame>> {
  const core = world.cores[at] ?? world.core;
  return watch(world, core.typing(connect(core, `watcher-${at}`).caller, "general"));
}

describe("typing", () => {
  test("is a roster of users: a user's tabs are one", async () => {
    const world = await createWorld();
    const watched = await watchTyping(world);
    const [tab, other, bob] = [
      connect(world.core, "ada"),
      connect(world.core, { id: "ada" }),
      connect(world.core, { id: "bob", name: "Bob" }),
    ];
    await type(tab);
    await type(other);
    await type(bob);
    await type(tab, false);
    expect(watched.data.at(-1)?.users).toEqual([
      { id: "ada", name: "ada" },
      { id: "bob", name: "Bob" },
    ]);
    await type(other, false);
    expect(history(watched)).toEqual([[], ["ada"], ["ada", "bob"], ["bob"]]);
  });

  test("stands for its time, and each repeat begins it anew", async () => {
    const world = await createWorld();
    const watched = await watchTyping(world);
    const ada = connect(world.core, "ada");
    await type(ada);
    await world.clock.advance(5_999);
    await type(ada);
    await world.clock.advance(5_999);
    expect(typists(watched)).toEqual(["ada"]);
    await world.clock.advance(1);
    expect(history(watched)).toEqual([[], ["ada"], []]);
  });

  test("is heard on other nodes, and ends there too", async () => {
    const world = await createWorld({ nodes: 2 });
    const far = await watchTyping(world, 1);
    const ada = connect(world.core, "ada");
    await type(ada);
    await world.settle();
    expect(typists(far)).toEqual(["ada"]);
    await type(ada, false);
    await world.settle();
    expect(typists(far)).toEqual([]);
  });

  const ends: [string, (ada: TestClient) => unknown][] = [
    ["sends a message", (ada) => say(ada, "hello")],
    ["sends a message from another tab", ({ core }) => say(connect(core, "ada"), "hello")],
    [
      "is spoken for by the application",
      ({ core }) => core.trigger(undefined, { roomId: "general", event: "note", data: { text: "x" } }, "ada"),
    ],
    ["leaves the room", (ada) => ada.session.leave("general")],
    ["is disconnected", (ada) => ada.session.disconnect()],
  ];
  test.each(ends)("ends on every node when the user %s", async (_how, end) => {
    const world = await createWorld({ nodes: 2 });
    const [near, far] = [await watchTyping(world), await watchTyping(world, 1)];
    const ada = connect(world.core, "ada");
    await ada.session.join("general");
    await type(ada);
    await world.settle();
    expect([typists(near), typists(far)]).toEqual([["ada"], ["ada"]]);
    await end(ada);
    await world.settle();
    expect([typists(near), typists(far)]).toEqual([[], []]);
  });

  test("passes a quick repeat on to nobody, and a later one to the other nodes", async () => {
    const world = await createWorld({ nodes: 2 });
    const told: string[] = [];
    const bus = createUnrulyBackplane({ clock: world.clock, fate: (news) => [told.push(news.type)].map(() => 0) });
    const other = await createWorld({
      clock: world.clock,
      log: world.log,
      presence: world.presence,
      backplane: bus.node,
    });
    await watchTyping(other);
    const ada = connect(other.core, "ada");
    told.length = 0;
    for (let at = 0; at < 10; at++) {
      await type(ada);
      await world.clock.advance(99);
    }
    expect(told).toEqual(["typing"]);
    await world.clock.advance(10);
    await type(ada);
    expect(told).toEqual(["typing", "typing"]);
  });

  test("can always be stopped, whatever limits are used up, and takes nothing from messages", async () => {
    const world = await createWorld({
      limits: {
        callsPerUser: { perSecond: 1, burst: 2 },
        triggersPerUser: { perSecond: 1, burst: 1 },
        triggersPerRoom: { perSecond: 1, burst: 1 },
      },
    });
    const watched = await watchTyping(world);
    const ada = connect(world.core, "ada");
    expect([await codeOf(type(ada)), await codeOf(type(ada)), await codeOf(type(ada))]).toEqual([
      "none",
      "none",
      "RATE_LIMITED",
    ]);
    expect(await codeOf(say(ada, "hello"))).toBe("none");
    expect(await codeOf(say(ada, "too much"))).toBe("RATE_LIMITED");
    expect([await codeOf(type(ada, false)), typists(watched)]).toEqual(["none", []]);
  });

  test("ends with a session that typed without having joined", async () => {
    const world = await createWorld();
    const watched = await watchTyping(world);
    const ada = connect(world.core, "ada");
    await type(ada);
    await world.settle();
    expect(typists(watched)).toEqual(["ada"]);
    ada.session.disconnect();
    await world.settle();
    expect(typists(watched)).toEqual([]);
  });

  test("is ended no more often than it could have begun", async () => {
    const world = await createWorld({ limits: { callsPerUser: { perSecond: 1, burst: 3 } } });
    const find = vi.spyOn(world.log.rooms, "get");
    await world.core.rooms.create(undefined, { ...general, id: "mine" });
    find.mockClear();
    const ada = connect(world.core, "ada");
    const stop = { roomId: "mine", event: "typing", data: { isTyping: false } };
    const codes = new Set<string>();
    for (let at = 0; at < 100; at++) codes.add(await codeOf(world.core.trigger(ada.caller, stop)));
    expect([...codes]).toEqual(["none", "RATE_LIMITED"]);
    expect(find).toHaveBeenCalledTimes(3);
  });

  test("gives a slow reader the latest roster only", async () => {
    const world = await createWorld();
    const watched = await watchTyping(world);
    watched.fill();
    const clients = ["a", "b", "c"].map((id) => connect(world.core, id));
    for (const client of clients) await type(client);
    expect(history(watched)).toEqual([[], ["a"]]);
    watched.drain();
    expect(history(watched)).toEqual([[], ["a"], ["a", "b", "c"]]);
    for (const client of clients) await type(client, false);
    expect(typists(watched)).toEqual([]);
  });

  test("is validated and judged as every event is", async () => {
    const { core } = await createWorld({ rooms: { club: { ...general, visibility: "private" } } });
    const ada = connect(core, "ada");
    expect(await codeOf(core.trigger(ada.caller, { roomId: "club", event: "typing", data: { isTyping: true } }))).toBe(
      "ROOM_NOT_FOUND",
    );
    expect(await codeOf(core.trigger(undefined, { roomId: "club", event: "typing", data: { isTyping: 1 } }))).toBe(
      "VALIDATION_FAILED",
    );
  });
});

type Step =
  | { readonly do: "type" | "stop" | "say" | "leave" | "join" | "drop"; readonly who: number; readonly node: number }
  | { readonly do: "wait"; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "type" as const,
        "type" as const,
        "stop" as const,
        "say" as const,
        "leave" as const,
        "join" as const,
        "drop" as const,
      ),
      who: fc.nat({ max: 3 }),
      node: fc.nat({ max: 1 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1, 500, 2_500) }) },
);

describe("typing never sticks", () => {
  test.each([
    ["drops all news", 0],
    ["drops, doubles, delays and reorders", 0.7],
  ])("on any node, on a backplane that %s", async (_how, share) => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer(), async (steps, seed) => {
      const clock = createTestClock();
      const random = seededRandom(seed);
      const copy = () => (random() < share ? [random() * 400] : []);
      const bus = createUnrulyBackplane({ clock, fate: () => [...copy(), ...copy()] });
      const world = await createWorld({ clock, backplane: bus.node, nodes: 2, seed });
      const watchers = [await watchTyping(world), await watchTyping(world, 1)];
      const clients = new Map<string, TestClient>();
      const clientOf = (who: number, node: number): TestClient => {
        const key = `${who} ${node}`;
        const client = clients.get(key) ?? connect(world.cores[node] ?? world.core, `user-${who % 3}`, freshId());
        clients.set(key, client);
        return client;
      };
      for (const one of steps) {
        if (one.do === "wait") {
          await clock.advance(one.ms);
          continue;
        }
        const client = clientOf(one.who, one.node);
        if (one.do === "type" || one.do === "stop") await type(client, one.do === "type");
        if (one.do === "say") await say(client, "x");
        if (one.do === "join") await client.session.join("general");
        if (one.do === "leave") await client.session.leave("general");
        if (one.do === "drop") {
          client.unlink();
          clients.delete(`${one.who} ${one.node}`);
        }
      }
      // What was published last arrives 400 ms later at most.
      await clock.advance(6_000 + (share > 0 ? 400 : 0));
      expect(watchers.map(typists)).toEqual([[], []]);
    });
    await fc.assert(property, { numRuns: 150 });
  });
});
