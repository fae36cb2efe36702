import { closeCodes } from "@dialogue/events";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createPace } from "../src/pace.ts";
import { createManualClock } from "./manual-clock.ts";

test("the first try is at once, and the bound of those after it doubles to thirty seconds", () => {
  const pace = createPace(createManualClock(), () => 1);
  expect(pace.next()).toBe(0);
  const waits = Array.from({ length: 7 }, () => {
    pace.lost(1006);
    return pace.next();
  });
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test("a server that restarts is come back to over ten seconds", () => {
  const clock = createManualClock();
  const pace = createPace(clock, () => 1);
  pace.next();
  pace.opened();
  pace.welcomed();
  clock.move(60_000);
  pace.lost(closeCodes.DRAIN);
  expect(pace.next()).toBe(10_000);
});

test("only a connection that lived for a while clears what failed before it", () => {
  const clock = createManualClock();
  const pace = createPace(clock, () => 1);
  const waitAfter = (aliveMs: number): number => {
    pace.opened();
    pace.welcomed();
    clock.move(aliveMs);
    pace.lost(1006);
    return pace.next();
  };
  pace.next();
  expect([waitAfter(100), waitAfter(100), waitAfter(6_000), waitAfter(100)]).toEqual([1_000, 2_000, 1_000, 2_000]);
});

test("no more than five sockets are opened within thirty seconds, however the dice fall", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(8), fc.nat(8_000)), { minLength: 10 }), (lives) => {
      const clock = createManualClock();
      let die = 0;
      const pace = createPace(clock, () => die);
      const opened: number[] = [];
      for (const [next, aliveMs] of lives) {
        die = next / 8;
        clock.move(pace.next());
        opened.push(clock.elapsed());
        pace.opened();
        pace.welcomed();
        clock.move(aliveMs);
        pace.lost(1006);
      }
      for (const [at, start] of opened.entries()) {
        const sixth = opened[at + 5];
        if (sixth !== undefined) expect(sixth - start).toBeGreaterThanOrEqual(30_000);
      }
    }),
  );
});

const codes = [1000, 1001, 1005, 1006, 1012, closeCodes.DRAIN, closeCodes.SLOW, closeCodes.OVERLOAD];

test("a wait is spread from nothing to its bound, whatever has happened", () => {
  const life = fc.tuple(
    fc.constantFrom(...codes),
    fc.boolean(),
    fc.nat(12_000),
    fc.double({ min: 0, max: 1, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(life, { minLength: 1, maxLength: 40 }), (lives) => {
      const clock = createManualClock();
      let die = 0;
      const pace = createPace(clock, () => die);
      pace.next();
      let failures = -1;
      for (const [code, isWelcomed, aliveMs, now] of lives) {
        die = now;
        if (isWelcomed) {
          pace.opened();
          pace.welcomed();
        }
        clock.move(aliveMs);
        pace.lost(code);
        failures = isWelcomed && aliveMs >= 5_000 ? 0 : failures + 1;
        const isRestart = failures === 0 && (code === closeCodes.DRAIN || code === 1012);
        const bound = isRestart ? 10_000 : Math.min(30_000, 1_000 * 2 ** failures);
        const waitMs = pace.next();
        expect(waitMs).toBe(Math.max(pace.floor(), die * bound));
        expect(waitMs).toBeLessThanOrEqual(30_000);
        clock.move(waitMs);
      }
    }),
  );
});
