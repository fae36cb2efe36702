import type { Clock } from "../clock.ts";
import type { Report } from "../logger.ts";
import { createWithin } from "../time-limit.ts";
import type { Gate } from "./gate.ts";

/** What is asked for until it is answered. */
export interface Asking<T> {
  /** For reports: `cannot <doing>`. */
  readonly doing: string;
  readonly ask: () => Promise<T>;
  /** True once nobody wants the answer any more. */
  readonly isOver: () => boolean;
  /** Where each attempt takes a place; waiting for it costs no time of the attempt. */
  readonly gate?: Gate;
  /** Told of the first failure. */
  readonly failed?: () => void;
}

/** Asks until there is an answer, and backs off between; undefined once it is over. Never rejects. */
export type Retry = <T>(asking: Asking<T>) => Promise<T | undefined>;

const firstPauseMs = 50;
const longestPauseMs = 1_000;

export function createRetry(options: {
  readonly clock: Clock;
  readonly random: () => number;
  readonly report: Report;
  readonly portMs: number;
}): Retry {
  const { clock, random, report, portMs } = options;
  const within = createWithin(clock);

  return async ({ doing, ask, isOver, gate, failed }) => {
    const once = () => within(portMs, doing, attempted(ask));
    for (let attempt = 0; !isOver(); attempt++) {
      try {
        return await (gate ? gate.run(once) : once());
      } catch (error) {
        // An outage is one report for each asking, not one for each attempt.
        if (attempt === 0) report(error, doing);
        if (attempt === 0) failed?.();
      }
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** attempt);
      await new Promise<void>((resolve) => clock.after(pauseMs * (0.5 + random() / 2), resolve));
    }
    return undefined;
  };
}

async function attempted<T>(ask: () => Promise<T>): Promise<T> {
  return ask();
}
