import type { Cancel, Clock } from "../clock.ts";

/** How often it looks whether the process stood still. */
const tickMs = 1_000;
/** A tick that is later than this means that bells may have been missed. */
const stallMs = 1_000;

/** Calls `check` every `everyMs`, give or take a fifth, and at once after the process itself has stood still. */
export function startWatch(options: {
  readonly clock: Clock;
  readonly random: () => number;
  readonly everyMs: number;
  readonly check: () => void;
}): Cancel {
  const { clock, random, everyMs, check } = options;
  let next = clock.elapsed() + jittered();
  let cancel = tick();

  function jittered(): number {
    return everyMs * (0.8 + 0.4 * random());
  }

  function tick(): Cancel {
    const due = Math.min(next, clock.elapsed() + tickMs);
    return clock.after(Math.max(0, due - clock.elapsed()), () => {
      const now = clock.elapsed();
      if (now >= next || now - due > stallMs) {
        next = now + jittered();
        check();
      }
      cancel = tick();
    });
  }

  return () => cancel();
}
