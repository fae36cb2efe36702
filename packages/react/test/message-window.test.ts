import { type Cursor, type DurableEnvelope, formatCursor, type HistoryPage } from "@dialogue/events";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Arrival,
  type MessageWindow,
  type Since,
  sentMessage,
  seqAt,
  windowAt,
  windowOn,
  withArrival,
  withNewer,
  withOlder,
} from "../src/message-window.ts";

const most = 12;
const pageSize = 3;
const bounds = { most, mostAtEnd: 8, pageSize };

function place(seq: number): Cursor {
  return seq === 0 ? "0." : formatCursor(seq, "0123abcd");
}

function eventAt(seq: number): DurableEnvelope {
  return { id: `id-${seq}`, roomId: "general", event: "message", data: {}, from: "ada", timestamp: seq, seq };
}

/** A room's log, of which every event whose seq is in `wanted` is for the list. */
class Log {
  length: number;
  readonly wanted: (seq: number) => boolean;

  constructor(length: number, wanted: (seq: number) => boolean) {
    this.length = length;
    this.wanted = wanted;
  }

  between(after: number, upTo: number): number[] {
    return Array.from({ length: Math.max(0, upTo - after) }, (_, at) => after + at + 1).filter(this.wanted);
  }

  before(at: number): HistoryPage {
    const all = this.between(0, at);
    const shown = all.slice(-pageSize);
    return this.page(shown, all[all.length - shown.length - 1], undefined, at);
  }

  after(at: number): HistoryPage {
    const all = this.between(at, this.length);
    const shown = all.slice(0, pageSize);
    return this.page(shown, undefined, all.length > shown.length ? (shown.at(-1) ?? at) : undefined, at);
  }

  around(seq: number): HistoryPage {
    const older = this.between(0, seq).slice(-2);
    const newer = this.between(seq, this.length);
    const shown = [...older, ...newer.slice(0, 1)];
    const before = this.between(0, (shown[0] ?? 1) - 1).at(-1);
    return this.page(shown, before, newer.length > 1 ? shown.at(-1) : undefined, seq);
  }

  private page(shown: number[], older: number | undefined, newer: number | undefined, asked: number): HistoryPage {
    return {
      events: shown.map(eventAt),
      ...(older === undefined ? {} : { older: place(older) }),
      ...(newer === undefined ? {} : { newer: place(newer) }),
      end: place(shown.at(-1) ?? asked),
    };
  }
}

const step = fc.record({
  kind: fc.constantFrom("append", "tell", "older", "newer", "newest", "around", "answer", "read on", "stay"),
  by: fc.integer({ min: 1, max: 5 }),
});

test("whatever happens, a window is a stretch of the wanted events without a repeat or a hole", () => {
  fc.assert(
    fc.property(
      fc.nat(20),
      fc.integer({ min: 1, max: 4 }),
      fc.array(step, { maxLength: 60 }),
      (length, every, steps) => {
        const log = new Log(length, (seq) => every === 1 || seq % every !== 0);
        let told = length;
        let window: MessageWindow = windowAt(place(told));
        let isAtEnd = true;
        let since: Since | undefined;
        let answer: (() => MessageWindow) | undefined;

        const tell = (seq: number): void => {
          told = seq;
          const message = log.wanted(seq) ? sentMessage(eventAt(seq), place(seq)) : undefined;
          const arrival: Arrival = { message, cursor: place(seq) };
          if (since) since = { ...since, arrivals: [...since.arrivals, arrival] };
          window = withArrival(window, arrival, bounds, isAtEnd);
        };
        const ask = (page: HistoryPage, change: (page: HistoryPage, since: Since) => MessageWindow): void => {
          if (answer) return;
          since = { place: place(told), arrivals: [], isOverrun: false };
          answer = () => change(page, since ?? { place: place(told), arrivals: [], isOverrun: false });
        };

        for (const { kind, by } of steps) {
          if (kind === "append") log.length += by;
          if (kind === "tell") for (let left = by; left > 0 && told < log.length; left--) tell(told + 1);
          if (kind === "stay" || kind === "read on") isAtEnd = kind === "read on";
          if (kind === "older" && window.hasOlder) {
            const { start } = window;
            ask(log.before(seqAt(start)), (page) =>
              window.start === start ? withOlder(window, page, bounds) : window,
            );
          }
          if (kind === "newer" && !window.isLive)
            ask(log.after(seqAt(window.end)), (page, now) => withNewer(window, page, now, bounds));
          if (kind === "newest" && !window.isLive) ask(log.before(log.length), windowOn);
          const target = log.between(0, log.length)[by * 3];
          if (kind === "around" && target !== undefined) ask(log.around(target), windowOn);
          if (kind === "answer" && answer) {
            window = answer();
            answer = undefined;
            since = undefined;
          }
          check(window, log, told);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

function check(window: MessageWindow, log: Log, told: number): void {
  const seqs = window.messages.map(({ seq }) => seq);
  const first = seqs[0] ?? seqAt(window.end) + 1;
  expect(seqs).toEqual(log.between(first - 1, seqAt(window.end)));
  expect(log.between(seqAt(window.start), first - 1)).toEqual([]);
  if (!window.hasOlder) expect(log.between(0, first - 1)).toEqual([]);
  if (window.isLive) expect(log.between(seqAt(window.end), told)).toEqual([]);
  expect(seqs.length).toBeLessThanOrEqual(most + pageSize);
}
