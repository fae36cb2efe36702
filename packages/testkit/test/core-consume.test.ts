import { memoryLog } from "@dialogue/core";
import type { Envelope } from "@dialogue/events";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../src/seeded-random.ts";
import { createTestClock } from "../src/test-clock.ts";
import { createUnrulyBackplane } from "../src/unruly-backplane.ts";
import { createWorld, Note, Wave, type World } from "./core-world.ts";

const note = (world: World, text: string) =>
  world.core.trigger(undefined, { roomId: "general", event: Note, data: { text } });
const message = (world: World, text: string) =>
  world.core.trigger(undefined, { roomId: "general", event: "message", data: { text, senderId: "system" } });
const textIn = (event: Envelope): string => String(Object(event.data).text);

describe("a consumer", () => {
  test("gets every event of its kind, in order, those before its first start too", async () => {
    const world = await createWorld();
    await note(world, "1");
    await message(world, "other");
    const got: string[] = [];
    world.core.consume("mailer", "general", Note, (event) => void got.push(textIn(event)));
    await world.clock.advance(100);
    await note(world, "2");
    await note(world, "3");
    await world.clock.advance(100);
    expect(got).toEqual(["1", "2", "3"]);
    await world.stop();
    expect(world.reports).toEqual([]);
    expect(world.clock.pending).toBe(0);
  });

  test("goes on after a restart where it was, past events of other kinds", async () => {
    const clock = createTestClock();
    const log = memoryLog({ clock, random: Math.random });
    const got: string[] = [];
    const first = await createWorld({ clock, log });
    first.core.consume("mailer", "general", Note, (event) => void got.push(`a${textIn(event)}`));
    await note(first, "1");
    for (let at = 0; at < 150; at++) await message(first, "other");
    await clock.advance(100);
    await first.stop();
    const second = await createWorld({ clock, log });
    await note(second, "2");
    second.core.consume("mailer", "general", Note, (event) => void got.push(`b${textIn(event)}`));
    await clock.advance(20_000);
    expect(got).toEqual(["a1", "b2"]);
  });

  test("tries again what failed, ever less often, before anything later (C11)", async () => {
    const world = await createWorld();
    const got: string[] = [];
    let failures = 4;
    world.core.consume("mailer", "general", Note, (event) => {
      got.push(`${world.clock.elapsed()} ${textIn(event)}`);
      if (failures-- > 0) throw new Error("on purpose");
    });
    await note(world, "1");
    await note(world, "2");
    await world.clock.advance(60_000);
    expect(got).toEqual(["0 1", "1000 1", "3000 1", "7000 1", "15000 1", "15000 2"]);
    expect(world.reports).toHaveLength(4);
  });

  test("does one event at a time, however long it takes", async () => {
    const world = await createWorld();
    const running: string[] = [];
    let most = 0;
    world.core.consume("mailer", "general", Note, async (event) => {
      running.push(textIn(event));
      most = Math.max(most, running.length);
      await new Promise<void>((resolve) => world.clock.after(25_000, resolve));
      running.pop();
    });
    for (const text of ["1", "2", "3"]) await note(world, text);
    await world.clock.advance(100_000);
    expect([most, running]).toEqual([1, []]);
  });

  test("runs on one node, and on another once that one is gone", async () => {
    const world = await createWorld({ nodes: 2 });
    const got: string[] = [];
    const stops = world.cores.map((core, at) =>
      core.consume("mailer", "general", Note, (event) => void got.push(`${at} ${textIn(event)}`)),
    );
    await note(world, "1");
    await world.clock.advance(60_000);
    await note(world, "2");
    await world.clock.advance(100);
    expect(got).toEqual(["0 1", "0 2"]);
    stops[0]?.();
    await world.clock.advance(2_000);
    await note(world, "3");
    await world.clock.advance(2_000);
    expect(got).toEqual(["0 1", "0 2", "1 3"]);
  });

  test("gives way to the next of its name on the same node, which begins where it ended", async () => {
    const world = await createWorld();
    const got: string[] = [];
    const stop = world.core.consume("mailer", "general", Note, async (event) => {
      await new Promise<void>((resolve) => world.clock.after(2_500, resolve));
      got.push(`first ${textIn(event)}`);
    });
    await note(world, "1");
    await world.clock.advance(100);
    stop();
    world.core.consume("mailer", "general", Note, (event) => void got.push(`second ${textIn(event)}`));
    await world.clock.advance(60_000);
    await note(world, "2");
    await world.clock.advance(100);
    expect(got).toEqual(["first 1", "second 2"]);
  });

  test("is refused while another of its name reads the room on this node", async () => {
    const { core } = await createWorld();
    const consume = (roomId: string) => core.consume("mailer", roomId, Note, () => undefined);
    const stop = consume("general");
    consume("elsewhere");
    expect(() => consume("general")).toThrow(/cannot consume note .* mailer/);
    stop();
    consume("general");
    stop();
    expect(() => consume("general")).toThrow(/cannot consume note .* mailer/);
  });

  test("is apart from those of other names", async () => {
    const world = await createWorld();
    const got: string[] = [];
    for (const name of ["one", "two"])
      world.core.consume(name, "general", Note, (event) => void got.push(`${name} ${textIn(event)}`));
    await note(world, "1");
    await world.clock.advance(100);
    expect(got.sort()).toEqual(["one 1", "two 1"]);
  });

  test("reads on from what is kept when the log before its place was purged", async () => {
    const world = await createWorld();
    const got: string[] = [];
    const consume = () => world.core.consume("mailer", "general", Note, (event) => void got.push(textIn(event)));
    const stop = consume();
    await note(world, "1");
    await world.clock.advance(100);
    stop();
    // Until the node holds nothing of the room in memory.
    await world.clock.advance(5_000);
    for (const text of ["2", "3", "4"]) await note(world, text);
    await world.log.events.purge("general", 2);
    consume();
    await world.clock.advance(10_000);
    expect(got).toEqual(["1", "3", "4"]);
  });

  test("cannot be of a signal", async () => {
    const { core } = await createWorld();
    expect(() => core.consume("mailer", "general", Wave, () => undefined)).toThrow(
      expect.objectContaining({ code: "INVALID_REQUEST" }),
    );
  });

  test("misses nothing and goes back by no more than what was in hand, whatever fails or restarts", async () => {
    const action = fc.oneof(
      fc.record({ do: fc.constant("note" as const) }),
      fc.record({ do: fc.constant("other" as const) }),
      fc.record({ do: fc.constant("restart" as const), node: fc.nat({ max: 1 }) }),
      fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(10, 900, 12_000) }),
    );
    const property = fc.asyncProperty(fc.array(action, { maxLength: 25 }), fc.integer(), async (actions, seed) => {
      const clock = createTestClock();
      const random = seededRandom(seed);
      const bus = createUnrulyBackplane({ clock, fate: () => (random() < 0.5 ? [] : [random() * 50]) });
      const world = await createWorld({ clock, backplane: bus.node, nodes: 2, seed });
      const done: number[] = [];
      let said = 0;
      let running = 0;
      const start = (at: number) =>
        (world.cores[at] ?? world.core).consume("mailer", "general", Note, async (event) => {
          expect(++running).toBe(1);
          await new Promise<void>((resolve) => clock.after(random() * 400, resolve));
          running--;
          if (random() < 0.2) throw new Error("on purpose");
          done.push(Number(textIn(event)));
        });
      const stops = [start(0), start(1)];
      for (const one of actions) {
        if (one.do === "note") await note(world, `${++said}`);
        if (one.do === "other") await message(world, "x");
        if (one.do === "wait") await clock.advance(one.ms);
        if (one.do !== "restart") continue;
        stops[one.node]?.();
        await clock.advance(1_000);
        stops[one.node] = start(one.node);
      }
      await clock.advance(400_000);
      const inOrder = [...new Set(done)];
      expect(inOrder).toEqual(Array.from({ length: said }, (_, at) => at + 1));
      for (const [at, number] of done.entries()) expect(number).toBeGreaterThanOrEqual(done[at - 1] ?? 1);
      await world.stop();
    });
    await fc.assert(property, { numRuns: 60 });
  });
});
