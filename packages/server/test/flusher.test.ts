import { describe, expect, it } from "vitest";
import { Flusher } from "../src/sockets/flusher.ts";
import { skippingClock } from "./support/skipping-clock.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const windowMs = 60_000;

function dirtyOnes(count: number) {
  const flushed: number[] = [];
  const all = Array.from({ length: count }, (_, index) => ({ flush: () => void flushed.push(index) }));
  return { flushed, all };
}

describe("a flusher", () => {
  it("flushes at the end of the turn after a pause, and then once in a window", async () => {
    const clock = skippingClock();
    const flusher = new Flusher(clock, windowMs);
    const { flushed, all } = dirtyOnes(3);
    const [first, second, third] = all;
    if (!first || !second || !third) throw new Error("three were made");
    flusher.add(first);
    expect(flushed).toEqual([]);
    await turn();
    expect(flushed).toEqual([0]);
    flusher.add(second);
    flusher.add(third);
    await turn();
    await turn();
    expect(flushed).toEqual([0]);
    clock.skip(windowMs);
    expect(flushed).toEqual([0, 1, 2]);
    clock.skip(windowMs);
    flusher.add(first);
    await turn();
    expect(flushed).toEqual([0, 1, 2, 0]);
  });

  it("gives others their turn between many sockets, and leaves what comes meanwhile to the next round", async () => {
    const clock = skippingClock();
    const flusher = new Flusher(clock, windowMs);
    const { flushed, all } = dirtyOnes(1_200);
    for (const one of all) flusher.add(one);
    await turn();
    expect(flushed.length).toBeGreaterThan(0);
    expect(flushed.length).toBeLessThan(1_200);
    const [late] = all;
    if (late) flusher.add(late);
    while (flushed.length < 1_200) await turn();
    await turn();
    expect(flushed).toEqual(all.map((_, index) => index));
    clock.skip(windowMs);
    expect(flushed.at(-1)).toBe(0);
    expect(flushed).toHaveLength(1_201);
  });

  it.each([
    ["half a window", 0.5, 1],
    ["twice a window", 2, 2],
    ["a hundred windows", 100, 4],
  ])("waits after a round that took %s", async (_, tookWindows, waitWindows) => {
    const clock = skippingClock();
    const flusher = new Flusher(clock, windowMs);
    const { flushed, all } = dirtyOnes(1);
    const [next] = all;
    if (!next) throw new Error("one was made");
    flusher.add({ flush: () => clock.skip(tookWindows * windowMs) });
    await turn();
    flusher.add(next);
    // Half a window less, since the machine's own time passes too.
    clock.skip((waitWindows - 0.5) * windowMs);
    await turn();
    expect(flushed).toEqual([]);
    clock.skip(windowMs);
    expect(flushed).toEqual([0]);
  });

  it("has no timer while nothing waits", async () => {
    const clock = skippingClock();
    let timers = 0;
    const counting = {
      ...clock,
      after: (ms: number, callback: () => void) => {
        timers++;
        return clock.after(ms, callback);
      },
    };
    const flusher = new Flusher(counting, windowMs);
    const { flushed, all } = dirtyOnes(1);
    for (const one of all) flusher.add(one);
    await turn();
    clock.skip(10 * windowMs);
    await turn();
    expect([flushed, timers]).toEqual([[0], 0]);
  });

  it("joins the same frames of many sockets once, and others apart", () => {
    const flusher = new Flusher(skippingClock(), windowMs);
    const [a, b, c] = ["a", "b", "c"].map((text) => Buffer.from(text));
    if (!a || !b || !c) throw new Error("three were made");
    expect(flusher.join([a])).toBe(a);
    const joined = flusher.join([a, b]);
    expect(joined.toString()).toBe("ab");
    expect(flusher.join([a, b])).toBe(joined);
    expect(flusher.join([a, c]).toString()).toBe("ac");
    expect(flusher.join([a, b, c]).toString()).toBe("abc");
    expect(flusher.join([b]).toString()).toBe("b");
  });
});
