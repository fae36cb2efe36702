import type { Start } from "@dialogue/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Witness, World } from "./hub-world.ts";

/** What may happen, and to whom; numbers are taken modulo what there is. */
type Step =
  | { readonly do: "append"; readonly node: number; readonly count: number; readonly crashes: boolean }
  | {
      readonly do: "attach";
      readonly node: number;
      readonly start: Start;
      readonly capacity: number;
      readonly throwsAt: number;
    }
  | { readonly do: "move"; readonly reader: number; readonly node: number }
  | { readonly do: "leave" | "drain"; readonly reader: number }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "stall"; readonly ms: number }
  | { readonly do: "sever" | "mend" | "cryWolf"; readonly node: number }
  | { readonly do: "purge" | "rewind" | "redact"; readonly count: number }
  | { readonly do: "trouble"; readonly rate: number; readonly slow: number }
  | { readonly do: "noise"; readonly lost: number; readonly doubled: number; readonly late: number }
  | { readonly do: "access" };

interface Schedule {
  readonly seed: number;
  readonly ringEvents: number;
  readonly readEvents: number;
  readonly framesPerTurn: number;
  readonly steps: readonly Step[];
}

const small = fc.nat({ max: 5 });
const rate = fc.constantFrom(0, 0.2, 0.6);
const start: fc.Arbitrary<Start> = fc.oneof(
  fc.constant<Start>({ from: "head" }),
  fc.constant<Start>({ from: "floor" }),
  fc.record({ from: fc.constant("last" as const), count: fc.nat({ max: 12 }) }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant("append" as const),
      node: small,
      count: fc.integer({ min: 1, max: 12 }),
      crashes: fc.constantFrom(false, false, false, true),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("attach" as const),
      node: small,
      start,
      capacity: fc.constantFrom(1, 3, 1_000_000),
      throwsAt: fc.constantFrom(0, 0, 0, 3),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("move" as const), reader: small, node: small }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leave" as const), reader: small }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("drain" as const), reader: small }) },
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(0, 0, 1, 5, 20, 50, 300, 2_000) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("stall" as const), ms: fc.constantFrom(10, 3_000) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom("sever" as const, "mend" as const, "cryWolf" as const), node: small }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom("purge" as const, "rewind" as const, "redact" as const),
      count: fc.nat({ max: 8 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("trouble" as const), rate, slow: fc.constantFrom(0, 5, 100) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("noise" as const),
      lost: rate,
      doubled: rate,
      late: fc.constantFrom(0, 15, 500),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "access" as const }) },
);

const schedule: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.nat(),
  ringEvents: fc.integer({ min: 1, max: 12 }),
  readEvents: fc.integer({ min: 1, max: 10 }),
  framesPerTurn: fc.constantFrom(1, 4, 1_000),
  steps: fc.array(step, { minLength: 5, maxLength: 60, size: "max" }),
});

/** Carries out one schedule. */
class Play {
  readonly world: World;
  readonly readers: Witness[] = [];
  private readonly redacted = new Set<number>();

  constructor({ seed, ringEvents, readEvents, framesPerTurn }: Schedule) {
    this.world = new World({ nodes: 3, seed, framesPerTurn, limits: { ringEvents, readEvents } });
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.take(step);
  }

  /** Ends every fault, and waits for as long as a reader may be behind. */
  async heal(): Promise<void> {
    const { world } = this;
    world.trouble = () => undefined;
    world.fate = () => [0];
    await world.clock.advance(500);
    for (const { bus } of world.nodes) bus.mend();
    await world.clock.advance(500);
    await this.loseSilently();
    for (let waited = 0; waited < 6_000; waited += 500) {
      await world.clock.advance(500);
      for (let n = 0; n < 50; n++) {
        for (const reader of this.readers) reader.drain();
        await world.clock.advance(0);
      }
    }
  }

  /** The last event is one of which nobody hears, or another than the one that was heard of. */
  private async loseSilently(): Promise<void> {
    const { world } = this;
    const chance = world.random();
    if (chance < 0.3) await this.harm({ do: "rewind", count: 1 });
    if (chance < 0.6) world.append(0, { crashes: true });
  }

  private async take(step: Step): Promise<void> {
    const { world } = this;
    switch (step.do) {
      case "append":
        for (let n = 0; n < step.count; n++) world.append(step.node, { crashes: step.crashes });
        return;
      case "attach":
        if (this.readers.length < 8) this.readers.push(new Witness(world, step).attach(step.start, step.node));
        return;
      case "move":
        return this.withReader(step.reader, (reader) => reader.move(step.node));
      case "leave":
        return this.withReader(step.reader, (reader) => reader.detach());
      case "drain":
        return this.withReader(step.reader, (reader) => reader.drain());
      case "pass":
        return world.clock.advance(step.ms);
      case "stall":
        return world.clock.stall(step.ms);
      case "sever":
      case "mend":
      case "cryWolf":
        return world.node(step.node).bus[step.do]();
      case "trouble":
        world.trouble = () => ({ delayMs: Math.floor(world.random() * step.slow), fails: world.random() < step.rate });
        return;
      case "noise":
        world.fate = () => this.fateIn(step);
        return;
      case "access":
        world.log.changeAccess("room");
        return;
      case "purge":
      case "rewind":
      case "redact":
        return this.harm(step);
    }
  }

  private fateIn({ lost, doubled, late }: Extract<Step, { do: "noise" }>): readonly number[] {
    const { random } = this.world;
    const delay = () => Math.floor(random() * (late + 1));
    if (random() < lost) return [];
    return random() < doubled ? [delay(), delay()] : [delay()];
  }

  private async harm({ do: what, count }: Extract<Step, { do: "purge" | "rewind" | "redact" }>): Promise<void> {
    const { log } = this.world;
    if (what === "purge") await log.purge("room", log.headOf("room").floor.seq + count);
    if (what === "rewind") {
      log.rewind("room", count);
      this.redacted.clear();
    }
    const event = log.events("room")[count];
    if (what === "redact" && event) {
      await log.redact("room", event.id);
      for (const { hub } of this.world.nodes) hub.redact("room", [event.seq]);
      this.redacted.add(event.seq);
    }
    for (const reader of this.readers) reader.notice();
  }

  /** The redacted events whose data some reader has, and does not know that they have lost it. */
  stillShown(): readonly number[] {
    const attached = this.readers.filter((reader) => reader.isAttached);
    return attached.flatMap((reader) => [...reader.shown].filter((seq) => this.redacted.has(seq)));
  }

  private withReader(index: number, act: (reader: Witness) => void): void {
    const reader = this.readers[index];
    if (reader?.isAttached) act(reader);
  }
}

function expectAllHaveEverything(play: Play): void {
  const attached = play.readers.filter((reader) => reader.isAttached);
  expect(attached.map(({ cursor }) => cursor)).toEqual(attached.map(() => play.world.head()));
}

test("whatever is lost, late, doubled or broken: every reader gets exactly the log from its cursor, or a reset with cause, and all of it within the bound", async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async (schedule) => {
      const play = new Play(schedule);
      await play.run(schedule.steps);
      await play.heal();
      expect(play.readers.flatMap(({ faults }) => faults)).toEqual([]);
      expectAllHaveEverything(play);
      expect(play.stillShown()).toEqual([]);
      await play.world.close();
    }),
    { numRuns: Number(process.env.HUB_RUNS ?? 1_500) },
  );
}, 300_000);
