import { type Backplane, memoryBackplane } from "@dialogue/core";
import type { Envelope, SignalFrame } from "@dialogue/events";
import { describe, expect, test, vi } from "vitest";
import { createTestClock } from "../src/test-clock.ts";
import { createUnrulyBackplane } from "../src/unruly-backplane.ts";
import { codeOf, connect, createWorld, say, type Watched, Wave, watch } from "./core-world.ts";

const targets = ({ data }: Watched<SignalFrame>) => data.map((envelope: Envelope) => Object(envelope.data).to);

describe("a signal", () => {
  test("reaches who listens now, on every node, once, and nobody later", async () => {
    const clock = createTestClock();
    const bus = createUnrulyBackplane({ clock, fate: () => [0, 5, 10] });
    const world = await createWorld({ clock, nodes: 2, backplane: bus.node });
    const listeners = await Promise.all(
      world.cores.map((core) => watch(world, core.signals(connect(core, "ada").caller, "general"))),
    );
    const { core } = world;
    const event = await core.trigger(connect(core, "bob").caller, {
      roomId: "general",
      event: "wave",
      data: { to: "ada" },
      meta: { n: 1 },
    });
    await clock.advance(20);
    for (const { data } of listeners) expect(data).toEqual([event]);
    expect(event).not.toHaveProperty("seq");
    expect((await watch(world, core.signals(connect(core, "eve").caller, "general"))).data).toEqual([]);
    expect((await world.log.events.heads(["general"]))[0]?.head.seq).toBe(0);
  });

  test("is heard again once the backplane takes subscriptions again", async () => {
    const bus = memoryBackplane();
    let refusals = 3;
    const backplane = (): Backplane => {
      const node = bus.node();
      return {
        ...node,
        subscribe: async (...given) => {
          if (refusals-- > 0) throw new Error("on purpose");
          return node.subscribe(...given);
        },
      };
    };
    const world = await createWorld({ nodes: 2, backplane });
    const [near, far] = world.cores;
    if (!near || !far) throw new Error("there are two nodes");
    const watched = await watch(world, far.signals(connect(far, "ada").caller, "general"));
    await world.clock.advance(5_000);
    await near.trigger(undefined, { roomId: "general", event: Wave, data: { to: "ada" } });
    await world.settle();
    expect(targets(watched)).toEqual(["ada"]);
  });

  test("waits in a full sink with the newest 32, and older ones are lost", async () => {
    const world = await createWorld();
    const watched = await watch(world, world.core.signals(connect(world.core, "ada").caller, "general"));
    watched.fill();
    for (let at = 0; at < 40; at++)
      await world.core.trigger(undefined, { roomId: "general", event: Wave, data: { to: `${at}` } });
    expect(targets(watched)).toEqual(["0"]);
    watched.drain();
    expect(targets(watched)).toEqual(["0", ...Array.from({ length: 32 }, (_, at) => `${at + 8}`)]);
  });

  test("is told to listeners and hooks, and may be refused or changed by beforeEach", async () => {
    const after = vi.fn();
    const world = await createWorld({
      hooks: {
        events: {
          beforeEach: ({ data }) => {
            if (Object(data).to === "nobody") throw new Error("no");
            return { data: { to: "everyone" } };
          },
          afterEach: after,
        },
      },
    });
    const told = vi.fn();
    world.core.on("general", Wave, told);
    const wave = (to: string) => world.core.trigger(undefined, { roomId: "general", event: Wave, data: { to } });
    expect(await codeOf(wave("nobody"))).toBe("VALIDATION_FAILED");
    expect((await wave("ada")).data).toEqual({ to: "everyone" });
    await world.settle();
    expect([told.mock.calls.length, after.mock.calls.length]).toEqual([1, 1]);
  });

  test("in a flood takes nothing from the events that last", async () => {
    const world = await createWorld({ limits: { triggersPerRoom: { perSecond: 1, burst: 3 } } });
    const [ada, bob] = [connect(world.core, "ada"), connect(world.core, "bob")];
    const wave = () => world.core.trigger(ada.caller, { roomId: "general", event: "wave", data: { to: "x" } });
    for (let at = 0; at < 3; at++) await wave();
    expect(await codeOf(wave())).toBe("RATE_LIMITED");
    expect(await codeOf(say(bob, "hello"))).toBe("none");
  });

  test("harms nobody else when one sink throws, and that subscription ends", async () => {
    const world = await createWorld();
    const [ada, bob] = [connect(world.core, "ada"), connect(world.core, "bob")];
    const ends: unknown[] = [];
    const broken = {
      write: () => {
        throw new Error("on purpose");
      },
      onWritable: () => undefined,
      end: (error: unknown) => void ends.push(error),
    };
    (await world.core.signals(ada.caller, "general")).attach(broken);
    (await world.core.typing(ada.caller, "general")).attach(broken);
    (await world.core.presence(ada.caller, "general")).attach(broken);
    (await world.core.messages(ada.caller, "general", {})).attach(broken);
    const watched = await watch(world, world.core.signals(bob.caller, "general"));
    await world.core.trigger(undefined, { roomId: "general", event: Wave, data: { to: "ada" } });
    await world.settle();
    expect(targets(watched)).toEqual(["ada"]);
    expect(ends).toMatchObject([
      { code: "INTERNAL" },
      { code: "INTERNAL" },
      { code: "INTERNAL" },
      { code: "INTERNAL" },
    ]);
    expect(world.reports).toHaveLength(4);
    expect(ada.session.rooms()).toEqual([]);
  });
});
