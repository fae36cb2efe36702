import type { Clock } from "../src/clock.ts";

/** A clock that stands still until it is moved. Unlike time it waits for sockets, which need real turns of the loop. */
export interface ManualClock extends Clock {
  /** Moves on to the next timer and runs it; false when none waits. */
  step(): boolean;
  /** Moves on by `ms`, running what falls due. */
  move(ms: number): void;
  readonly pending: number;
}

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

export function createManualClock(): ManualClock {
  const timers = new Set<Timer>();
  let elapsed = 0;

  function runNext(until: number): boolean {
    const [next] = [...timers].filter(({ due }) => due <= until).sort((a, b) => a.due - b.due);
    if (!next) return false;
    timers.delete(next);
    elapsed = Math.max(elapsed, next.due);
    next.callback();
    return true;
  }

  return {
    now: () => 1_700_000_000_000 + elapsed,
    elapsed: () => elapsed,
    after(ms, callback) {
      const timer = { due: elapsed + Math.max(0, ms), callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    step: () => runNext(Number.POSITIVE_INFINITY),
    move(ms) {
      const target = elapsed + ms;
      while (runNext(target));
      elapsed = target;
    },
    get pending() {
      return timers.size;
    },
  };
}
