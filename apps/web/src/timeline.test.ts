import fc from "fast-check";
import { expect, it } from "vitest";
import { message } from "../test/events.ts";
import {
  atEnd,
  emptyTimeline,
  farBack,
  type Timeline,
  withFailure,
  withLive,
  withNewer,
  withNewest,
  withOlder,
  withoutUnsent,
  withUnsent,
} from "./timeline.ts";

const run = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => message(from + i));
const seqs = (timeline: Timeline) => timeline.events.map(({ seq }) => seq);

it("holds each event once, in the log's order, however they arrive", () => {
  const arrivals = fc.array(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 8 }), { maxLength: 12 });
  fc.assert(
    fc.property(arrivals, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (batches, older) => {
      const timeline = batches.reduce((held, batch, i) => {
        const events = batch.map((seq) => message(seq));
        return older[i] ? withOlder(held, events, true) : withLive(held, events, true);
      }, emptyTimeline);
      expect(seqs(timeline)).toEqual([...new Set(batches.flat())].sort((a, b) => a - b));
    }),
  );
});

it("keeps the event that is shown when it arrives again", () => {
  const first = withLive(emptyTimeline, [message(1)], true);
  expect(withLive(first, [message(1)], true).events).toBe(first.events);
});

it("lets the oldest go under a reader at the end", () => {
  const timeline = withLive(withNewest(emptyTimeline, run(1, atEnd), false), run(atEnd + 1, atEnd + 20), true);
  expect(seqs(timeline)).toEqual(seqs({ ...timeline, events: run(21, atEnd + 20) }));
  expect(timeline.hasOlder).toBe(true);
});

it("moves nothing away from a reader further back, up to its bound", () => {
  const far = withLive(withNewest(emptyTimeline, run(1, 700), false), run(701, farBack), false);
  expect(far).toMatchObject({ hasOlder: false, hasNewer: false });
  const beyond = withLive(far, run(farBack + 1, farBack + 5), false);
  expect(seqs(beyond)).toEqual(seqs(far));
  expect(beyond.hasNewer).toBe(true);
});

it("takes nothing live after a window that was cut off, so that it has no hole", () => {
  const cut = withOlder(withNewest(emptyTimeline, run(1_000, 1_800), true), run(900, 999), true);
  expect(cut).toMatchObject({ hasNewer: true });
  expect(seqs(withLive(cut, [message(1_900)], false))).toEqual(seqs(cut));
});

it("goes back to the end page by page, letting the oldest go", () => {
  const cut: Timeline = { ...emptyTimeline, events: run(1, farBack), hasNewer: true };
  const on = withNewer(cut, run(farBack - 9, farBack + 50), false);
  expect(seqs(on)).toEqual(seqs({ ...on, events: run(51, farBack + 50) }));
  expect(on).toMatchObject({ hasOlder: true, hasNewer: false });
});

it("shows a message of one's own until its event is there, by whatever road it comes", () => {
  const unsent = withUnsent(emptyTimeline, { id: "m7", text: "hello", at: 0 });
  expect(unsent.unsent).toHaveLength(1);
  expect(withLive(unsent, [message(7)], true).unsent).toEqual([]);
  expect(withNewest(unsent, [message(7)], false).unsent).toEqual([]);
  expect(withLive({ ...unsent, hasNewer: true }, [message(7)], true).unsent).toEqual([]);
  expect(withLive(unsent, [message(8)], true).unsent).toHaveLength(1);
});

it("marks a refused message, takes it up again, and gives it up", () => {
  const unsent = withUnsent(emptyTimeline, { id: "m1", text: "hello", at: 0 });
  const failed = withFailure(unsent, "m1", "too fast");
  expect(failed.unsent).toEqual([{ id: "m1", text: "hello", at: 0, failure: "too fast" }]);
  expect(withUnsent(failed, { id: "m1", text: "hello", at: 0 }).unsent).toEqual(unsent.unsent);
  expect(withoutUnsent(failed, "m1").unsent).toEqual([]);
});

it("does not bring back a message that entered the log before its refusal was told", () => {
  const sent = withLive(withUnsent(emptyTimeline, { id: "m1", text: "hello", at: 0 }), [message(1)], true);
  expect(withFailure(sent, "m1", "no answer").unsent).toEqual([]);
});
