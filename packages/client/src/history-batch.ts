import type { DurableEnvelope } from "@dialogue/events";

/** The events that a room replays on join, gathered into one list. */
export interface HistoryBatch {
  begin(start: number, head: number): void;
  /** The event with that seq, or undefined for one that does not belong in the list. */
  pass(seq: number, event: DurableEnvelope | undefined): void;
  /** Those that it holds are not to be in the list. */
  forget(seqs: readonly number[]): void;
  /** What came so far is all there will be. */
  end(): void;
}

const longest = 1_000;

/** Calls `done` once. The list keeps its newest thousand events. */
export function createHistoryBatch(done: (events: readonly DurableEnvelope[]) => void): HistoryBatch {
  let events: DurableEnvelope[] | undefined;
  let head = 0;

  function end(): void {
    if (!events) return;
    const complete = events;
    events = undefined;
    done(complete);
  }

  return {
    begin(start, last) {
      events = [];
      head = last;
      if (start >= head) end();
    },
    pass(seq, event) {
      if (!events) return;
      if (event && seq <= head && events.push(event) > longest) events.shift();
      if (seq >= head) end();
    },
    forget(seqs) {
      events = events?.filter(({ seq }) => !seqs.includes(seq));
    },
    end,
  };
}
