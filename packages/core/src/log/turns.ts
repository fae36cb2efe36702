import type { Clock } from "../clock.ts";

/** Spreads work that became due at once over turns of the event loop, in the order in which it was asked for. */
export interface Turns {
  /** Resolves in one of the next turns. */
  take(): Promise<void>;
}

/** `perTurn` of those who wait go on in each turn. */
export function createTurns(clock: Clock, perTurn: number): Turns {
  let waiting: (() => void)[] = [];

  function next(): void {
    const due = waiting.slice(0, perTurn);
    waiting = waiting.slice(perTurn);
    if (waiting.length > 0) clock.soon(next);
    for (const go of due) go();
  }

  return {
    take() {
      return new Promise((resolve) => {
        if (waiting.push(resolve) === 1) clock.soon(next);
      });
    },
  };
}
