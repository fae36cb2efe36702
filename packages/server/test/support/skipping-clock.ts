import type { Clock } from "@dialogue/core";
import { systemClock } from "../../src/system-clock.ts";

/** The machine's time, in which a test can skip ahead. */
export interface SkippingClock extends Clock {
  /** Lets `ms` be over: what falls due in them is called back now, in order. */
  skip(ms: number): void;
}

interface Timer {
  readonly due: number;
  readonly fire: () => void;
}

export function skippingClock(): SkippingClock {
  const timers = new Set<Timer>();
  let skippedMs = 0;
  const elapsed = () => systemClock.elapsed() + skippedMs;

  return {
    ...systemClock,
    now: () => systemClock.now() + skippedMs,
    elapsed,
    after(ms, callback) {
      const timer = { due: elapsed() + ms, fire };
      const cancel = systemClock.after(ms, fire);
      function fire(): void {
        if (!timers.delete(timer)) return;
        cancel();
        callback();
      }
      timers.add(timer);
      return () => {
        timers.delete(timer);
        cancel();
      };
    },
    skip(ms) {
      skippedMs += ms;
      const due = [...timers].filter((timer) => timer.due <= elapsed());
      for (const timer of due.sort((left, right) => left.due - right.due)) timer.fire();
    },
  };
}
