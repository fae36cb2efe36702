import { type DurableEnvelope, type Envelope, Message, type MessagesFrame, parseCursor } from "@dialogue/events";
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { freshId } from "../src/drafts.ts";
import { seededRandom } from "../src/seeded-random.ts";
import { createTestClock } from "../src/test-clock.ts";
import { createUnrulyBackplane } from "../src/unruly-backplane.ts";
import { codeOf, connect, createWorld, say, textOf, type Watched, type World, watch } from "./core-world.ts";

const eventsOf = ({ data }: Watched<MessagesFrame>) =>
  data.flatMap((frame) => (frame.type === "event" ? [frame.event] : []));

async function answerOf(work: Promise<Envelope>): Promise<Envelope | string> {
  const code = await codeOf(work);
  return code === "none" ? work : code;
}

interface Try {
  readonly who: number;
  readonly node: number;
  /** Which of the event ids. */
  readonly id: number;
  readonly text: string;
  readonly waitMs: number;
}

const trying: fc.Arbitrary<Try> = fc.record({
  who: fc.nat({ max: 2 }),
  node: fc.nat({ max: 1 }),
  id: fc.nat({ max: 8 }),
  text: fc.constantFrom("a", "b"),
  waitMs: fc.constantFrom(0, 0, 1, 30),
});

describe("triggers that race, repeat and get lost", () => {
  test.each([
    ["without hooks", false],
    ["through a slow beforeEach", true],
  ])(
    "are true at most once each, in one gapless order that every subscriber reads, %s (I1, I2, I3)",
    async (_how, hasHook) => {
      const property = fc.asyncProperty(fc.array(trying, { maxLength: 40 }), fc.integer(), async (tries, seed) => {
        const clock = createTestClock();
        const random = seededRandom(seed);
        const bus = createUnrulyBackplane({
          clock,
          fate: () => (random() < 0.4 ? [] : [random() * 100, random() * 100]),
        });
        const beforeEach = async (): Promise<void> => {
          await new Promise<void>((resolve) => clock.after(random() * 40, resolve));
        };
        const world = await createWorld({
          clock,
          backplane: bus.node,
          nodes: 2,
          seed,
          hooks: { events: hasHook ? { beforeEach } : {} },
        });
        const told: string[] = [];
        for (const core of world.cores) core.on("general", Message, ({ id }) => told.push(id));
        const ids = Array.from({ length: 9 }, freshId);
        const clients = [0, 1, 2].map((who) => world.cores.map((core) => connect(core, `user-${who}`)));
        const watchers = await Promise.all(
          world.cores.map((core) => watch(world, core.messages(connect(core, "watcher").caller, "general", {}))),
        );
        const answers: Promise<Envelope | string>[] = [];
        for (const { who, node, id, text, waitMs } of tries) {
          const client = clients[who]?.[node];
          if (!client) throw new Error("there is no client");
          const work = say(client, text, { id: ids[id] ?? "" });
          answers.push(answerOf(work));
          if (waitMs > 0) await clock.advance(waitMs);
        }
        await clock.advance(10_000);
        const acked = await Promise.all(answers);
        const { events } = await world.log.events.read("general", { after: 0, limit: 1_000 });

        expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
        expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
        expect([...told].sort()).toEqual(events.map(({ id }) => id).sort());
        for (const [at, answer] of acked.entries()) {
          const { who, text, id } = tries[at] ?? { who: -1, text: "", id: -1 };
          const stored = events.find((event) => event.id === ids[id]);
          const isMine = stored?.from === `user-${who}` && textOf(stored.data) === text;
          if (isMine)
            expect(answer).toMatchObject({ id: stored.id, seq: stored.seq, from: stored.from, data: stored.data });
          else expect(answer).toBe("CONFLICT");
        }
        for (const watcher of watchers)
          expect(eventsOf(watcher).map(({ seq, id }) => [seq, id])).toEqual(events.map(({ seq, id }) => [seq, id]));
      });
      await fc.assert(property, { numRuns: 100 });
    },
  );

  test("are resumed exactly from any cursor, on any node", async () => {
    const world = await createWorld({ nodes: 2 });
    const ada = connect(world.core, "ada");
    for (let at = 0; at < 20; at++) await say(ada, `${at}`);
    const first = await watch(world, world.core.messages(ada.caller, "general", { cursor: "0." }));
    const all: readonly DurableEnvelope[] = eventsOf(first);
    for (const { cursor } of first.frames) {
      const far = world.cores[1] ?? world.core;
      const source = far.messages(connect(far, `reader-${cursor}`).caller, "general", { lastEventId: cursor ?? "" });
      expect(eventsOf(await watch(world, source))).toEqual(all.slice(parseCursor(cursor ?? "")?.seq));
    }
  });

  test("are the same from the ring and from the log, redacted ones too", async () => {
    const near = await createWorld({ limits: { ringEvents: 100 } });
    const ada = connect(near.core, "ada");
    // So that the ring holds all of them.
    await watch(near, near.core.messages(ada.caller, "general", {}));
    const said = [];
    for (let at = 0; at < 20; at++) said.push(await say(ada, `${at}`));
    for (const at of [3, 11, 19]) await near.core.redact("general", said[at]?.id ?? "");
    await near.settle();
    const far = await createWorld({ log: near.log, clock: near.clock, limits: { ringEvents: 1, readEvents: 7 } });
    const reads = vi.spyOn(near.log.events, "read");
    const framesFrom = async (world: World, cursor: string) => {
      const reader = connect(world.core, `reader-${cursor}`);
      const watched = await watch(world, world.core.messages(reader.caller, "general", { cursor }));
      watched.detach();
      return watched.frames;
    };
    const all = await framesFrom(far, "0.");
    expect(all).toHaveLength(21);
    reads.mockClear();
    for (const { cursor } of all) {
      const fromRing = await framesFrom(near, cursor ?? "");
      expect(reads).not.toHaveBeenCalled();
      expect(await framesFrom(far, cursor ?? "")).toEqual(fromRing);
      reads.mockClear();
    }
  });

  test("reach every reader of a node as one and the same frame", async () => {
    const world = await createWorld();
    const readers = await Promise.all(
      ["ada", "bob"].map((id) => watch(world, world.core.messages(connect(world.core, id).caller, "general", {}))),
    );
    await say(connect(world.core, "ada"), "hello");
    await world.settle();
    const [one, two] = readers.map(({ frames }) => frames.at(-1));
    expect(one).toBe(two);
    expect(one?.data.type).toBe("event");
  });
});

describe("the limits of triggers", () => {
  test("let through no more than the burst and the rate over any window, whatever the sessions do (C14)", async () => {
    const property = fc.asyncProperty(
      fc.array(fc.record({ waitMs: fc.nat({ max: 400 }), reconnects: fc.boolean(), times: fc.nat({ max: 6 }) }), {
        maxLength: 60,
      }),
      async (rounds) => {
        const perSecond = 5;
        const burst = 10;
        const world = await createWorld({
          limits: { triggersPerUser: { perSecond, burst }, graceMs: 1, sessionsPerUser: 1_000 },
        });
        let ada = connect(world.core, "ada");
        const passed: number[] = [];
        for (const { waitMs, reconnects, times } of rounds) {
          await world.clock.advance(waitMs);
          if (reconnects) {
            ada.unlink();
            ada = connect(world.core, "ada");
          }
          for (let at = 0; at < times; at++)
            if ((await codeOf(say(ada, "x"))) === "none") passed.push(world.clock.elapsed());
        }
        for (const [from, start] of passed.entries())
          for (const [to, end] of passed.entries())
            if (to >= from) expect(to - from + 1).toBeLessThanOrEqual(burst + (perSecond * (end - start)) / 1_000);
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });
});
