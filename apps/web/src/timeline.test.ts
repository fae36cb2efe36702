import fc from "fast-check";
import { expect, it } from "vitest";
import { message } from "../test/events.ts";
import {
  atEnd,
  emptyTimeline,
  farBack,
  hasNewer,
  hasOlder,
  type Timeline,
  withFailure,
  withLive,
  withNewer,
  withNewest,
  withOlder,
  withoutUnsent,
  withUnsent,
} from "./timeline.ts";

const run = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => message(from + i));
const seqs = (timeline: Timeline) => timeline.events.map(({ seq }) => seq);
const window = (from: number, to: number): Timeline => ({ ...emptyTimeline, events: run(from, to), head: to });

type Step = "live" | "missed" | "older" | "newer" | "newest" | "page asked for" | "page arrives";

it("is one run of the log without a repeat or a hole, whatever is loaded while the log grows", () => {
  const step = fc.constantFrom<Step>(
    "live",
    "live",
    "missed",
    "older",
    "newer",
    "newest",
    "page asked for",
    "page arrives",
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(step, fc.boolean()), { maxLength: 60, size: "max" }),
      fc.nat(1500),
      (steps, length) => {
        let end = length;
        let asked = run(1, 0);
        let timeline = emptyTimeline;
        for (const [kind, isAtEnd] of steps) {
          const first = timeline.events[0]?.seq ?? end;
          const last = timeline.events.at(-1)?.seq ?? end;
          if (kind === "missed") end += 70;
          if (kind === "live") timeline = withLive(timeline, message(++end), isAtEnd);
          if (kind === "older")
            timeline = withOlder(timeline, run(Math.max(1, first - 400), Math.min(end, first + 400)));
          if (kind === "newer") timeline = withNewer(timeline, run(Math.max(1, last - 400), Math.min(end, last + 400)));
          if (kind === "newest") timeline = withNewest(timeline, run(Math.max(1, end - 49), end));
          if (kind === "page asked for") asked = run(Math.max(1, end - 49), end);
          if (kind === "page arrives" && asked.length > 0) timeline = withNewest(timeline, asked);
          const shown = seqs(timeline);
          expect(shown).toEqual(shown.map((_, i) => (shown[0] ?? 0) + i));
          expect(shown.length).toBeLessThanOrEqual(farBack + 50);
          if (shown.length > 0 && timeline.head === end) expect(hasNewer(timeline)).toBe(shown.at(-1) !== end);
        }
      },
    ),
    { numRuns: 60 },
  );
});

it("keeps what came while the newest page was on its way", () => {
  const live = withLive(withLive(emptyTimeline, message(51), true), message(52), true);
  expect(seqs(withNewest(live, run(1, 50)))).toEqual(seqs(window(1, 52)));
});

it("says that it goes on where the page on its way missed what was let go", () => {
  const cut: Timeline = { ...window(1, farBack), head: farBack + 5 };
  const late = withLive(cut, message(farBack + 6), false);
  const newest = withNewest(late, run(farBack - 40, farBack + 5));
  expect(hasNewer(newest)).toBe(true);
  expect(hasNewer(withNewer(newest, run(farBack, farBack + 6)))).toBe(false);
});

it("passes over an event that it holds", () => {
  const first = withLive(emptyTimeline, message(1), true);
  expect(withLive(first, message(1), true).events).toBe(first.events);
});

it("lets the oldest go under a reader at the end", () => {
  const timeline = withLive(window(1, atEnd), message(atEnd + 1), true);
  expect(seqs(timeline)).toEqual(seqs(window(2, atEnd + 1)));
  expect(hasOlder(timeline)).toBe(true);
});

it("moves nothing away from a reader further back, up to its bound", () => {
  const far = withLive(window(1, farBack - 1), message(farBack), false);
  expect(hasOlder(far) || hasNewer(far)).toBe(false);
  const beyond = withLive(far, message(farBack + 1), false);
  expect(seqs(beyond)).toEqual(seqs(far));
  expect(hasNewer(beyond)).toBe(true);
});

it("lets the newest go when a reader loads far back, and takes nothing live until it is there again", () => {
  const cut = withOlder(window(1_000, 1_880), run(900, 1_010));
  expect(seqs(cut)).toEqual(seqs(window(900, 1_799)));
  expect(hasNewer(cut)).toBe(true);
  expect(seqs(withLive(cut, message(1_881), false))).toEqual(seqs(cut));
});

it("goes back to the end page by page, letting the oldest go", () => {
  const on = withNewer({ ...window(1, farBack), head: farBack + 50 }, run(farBack - 9, farBack + 50));
  expect(seqs(on)).toEqual(seqs(window(51, farBack + 50)));
  expect([hasOlder(on), hasNewer(on)]).toEqual([true, false]);
});

it("shows a message of one's own until its event is there, by whatever road it comes", () => {
  const unsent = withUnsent(emptyTimeline, { id: "m7", text: "hello", at: 0 });
  expect(unsent.unsent).toHaveLength(1);
  expect(withLive(unsent, message(7), true).unsent).toEqual([]);
  expect(withNewest(unsent, [message(7)]).unsent).toEqual([]);
  expect(withLive({ ...window(1, 2), head: 5, unsent: unsent.unsent }, message(7), true).unsent).toEqual([]);
  expect(withLive(unsent, message(8), true).unsent).toHaveLength(1);
});

it("marks a refused message, takes it up again, and gives it up", () => {
  const unsent = withUnsent(emptyTimeline, { id: "m1", text: "hello", at: 0 });
  const failed = withFailure(unsent, "m1", "too fast");
  expect(failed.unsent).toEqual([{ id: "m1", text: "hello", at: 0, failure: "too fast" }]);
  expect(withUnsent(failed, { id: "m1", text: "hello", at: 0 }).unsent).toEqual(unsent.unsent);
  expect(withoutUnsent(failed, "m1").unsent).toEqual([]);
});

it("does not bring back a message that entered the log before its refusal was told", () => {
  const sent = withLive(withUnsent(emptyTimeline, { id: "m1", text: "hello", at: 0 }), message(1), true);
  expect(withFailure(sent, "m1", "no answer").unsent).toEqual([]);
});
