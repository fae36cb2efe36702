import type { Cancel, Clock } from "@dialogue/core";

/** A clock that stands still until it is told to move. */
export interface TestClock extends Clock {
  /**
   * Moves on by `ms`: runs each timer when it falls due, in order of time and then of asking, and lets every
   * promise settle before, between and after them. Rejects with what a timer throws. One call at a time.
   */
  advance(ms: number): Promise<void>;
  /** Lets `ms` pass in which nothing runs, as in a blocked or suspended process; the next `advance` runs late what fell due. */
  stall(ms: number): void;
  /** Moves what `now` answers, and nothing else, as a corrected wall clock does. */
  setWall(ms: number): void;
  /** How many timers wait. */
  readonly pending: number;
}

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Makes a clock at 0 monotonic milliseconds, and at `wallMs` for `now`. */
export function createTestClock(wallMs = 1_700_000_000_000): TestClock {
  const timers = new Set<Timer>();
  let elapsed = 0;
  let wallAtZero = wallMs;
  let asked = 0;

  function after(ms: number, callback: () => void): Cancel {
    const timer: Timer = { due: elapsed + Math.max(0, ms), order: asked++, callback };
    timers.add(timer);
    return () => {
      timers.delete(timer);
    };
  }

  async function advance(ms: number): Promise<void> {
    const target = elapsed + ms;
    await settle();
    for (let timer = nextDue(timers, target); timer; timer = nextDue(timers, target)) {
      timers.delete(timer);
      elapsed = Math.max(elapsed, timer.due);
      timer.callback();
      await settle();
    }
    elapsed = Math.max(elapsed, target);
  }

  return {
    now: () => wallAtZero + elapsed,
    elapsed: () => elapsed,
    after,
    soon: (callback) => after(0, callback),
    advance,
    stall: (passed) => {
      elapsed += passed;
    },
    setWall: (wall) => {
      wallAtZero = wall - elapsed;
    },
    get pending() {
      return timers.size;
    },
  };
}

function nextDue(timers: Iterable<Timer>, target: number): Timer | undefined {
  let next: Timer | undefined;
  for (const timer of timers) {
    if (timer.due > target) continue;
    if (!next || timer.due < next.due || (timer.due === next.due && timer.order < next.order)) next = timer;
  }
  return next;
}

/** A turn of the event loop: every promise chain that needs no outside event has run to its end by then. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
