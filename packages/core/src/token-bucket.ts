import { DialogueError, type Rate } from "@dialogue/events";
import type { Clock } from "./clock.ts";

/** Buckets of one rate, one for each key. Over any window of t seconds a key gets at most `burst + perSecond · t`. */
export interface TokenBuckets {
  /** Takes one token. Throws RATE_LIMITED with `retryAfterMs` when there is none. */
  take(key: string, doing: string): void;
}

/** Below this many keys nobody looks for buckets that are full again. */
const sweptFrom = 1_024;

/** A bucket is one number, the time at which it will be full again: keys at rest cost nothing once swept. */
export function createTokenBuckets(clock: Clock, rate: Rate): TokenBuckets {
  const fullAt = new Map<string, number>();
  const intervalMs = 1_000 / rate.perSecond;
  const depthMs = intervalMs * rate.burst;
  let sweepAt = sweptFrom;

  function sweep(now: number): void {
    for (const [key, at] of fullAt) if (at <= now) fullAt.delete(key);
    sweepAt = Math.max(sweptFrom, fullAt.size * 2);
  }

  return {
    take(key, doing) {
      const now = clock.elapsed();
      const next = Math.max(fullAt.get(key) ?? now, now) + intervalMs;
      const waitMs = next - now - depthMs;
      if (waitMs > 0)
        throw new DialogueError("RATE_LIMITED", `cannot ${doing}: too many calls`, {
          retryAfterMs: Number.isFinite(waitMs) ? Math.ceil(waitMs) : undefined,
        });
      fullAt.set(key, next);
      if (fullAt.size >= sweepAt) sweep(now);
    },
  };
}
