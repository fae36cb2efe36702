import { expect, test } from "vitest";
import { createTestClock } from "../src/test-clock.ts";

test("timers run in order of time, then of asking, and see the time at which they fell due", async () => {
  const clock = createTestClock(1_000);
  const seen: string[] = [];
  const note = (name: string) => () => seen.push(`${name}@${clock.elapsed()}`);
  clock.after(20, note("late"));
  clock.after(10, note("first"));
  clock.after(10, note("second"));
  clock.soon(note("soon"));
  await clock.advance(15);
  expect(seen).toEqual(["soon@0", "first@10", "second@10"]);
  expect([clock.elapsed(), clock.now(), clock.pending]).toEqual([15, 1_015, 1]);
});

test("what a promise asks for between two timers still runs in its place", async () => {
  const clock = createTestClock();
  const seen: string[] = [];
  clock.after(10, () => {
    void Promise.resolve()
      .then(() => undefined)
      .then(() => clock.after(5, () => seen.push("between")));
  });
  clock.after(20, () => seen.push("last"));
  await clock.advance(20);
  expect(seen).toEqual(["between", "last"]);
});

test("a cancelled timer does not run", async () => {
  const clock = createTestClock();
  const seen: string[] = [];
  const cancel = clock.after(1, () => seen.push("ran"));
  cancel();
  cancel();
  await clock.advance(5);
  expect(seen).toEqual([]);
});

test("after a stall what fell due runs late", async () => {
  const clock = createTestClock();
  const seen: number[] = [];
  clock.after(10, () => seen.push(clock.elapsed()));
  clock.stall(5_000);
  expect(seen).toEqual([]);
  await clock.advance(0);
  expect(seen).toEqual([5_000]);
});

test("the wall clock may jump while durations go on", async () => {
  const clock = createTestClock(1_000);
  await clock.advance(10);
  clock.setWall(99_000);
  expect([clock.now(), clock.elapsed()]).toEqual([99_000, 10]);
});
