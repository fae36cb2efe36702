import type { Rate } from "@dialogue/events";

/** A token bucket for each key, bounded in number. */
export interface TokenBuckets {
  /** Takes one token; answers 0, or how many milliseconds to wait where there is none. */
  take(key: string): number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Buckets over a monotonic clock in milliseconds. When `most` keys are held, the one that was idle longest is forgotten. */
export function createTokenBuckets(rate: Rate, elapsed: () => number, most = 10_000): TokenBuckets {
  const buckets = new Map<string, Bucket>();

  function refilled(key: string, now: number): Bucket {
    const bucket = buckets.get(key);
    if (bucket === undefined) return { tokens: rate.burst, at: now };
    const gained = ((now - bucket.at) / 1000) * rate.perSecond;
    return { tokens: Math.min(rate.burst, bucket.tokens + gained), at: now };
  }

  return {
    take(key) {
      const bucket = refilled(key, elapsed());
      const wait = bucket.tokens < 1 ? Math.ceil(((1 - bucket.tokens) / rate.perSecond) * 1000) : 0;
      if (wait === 0) bucket.tokens -= 1;
      // Set anew, so that the map is in the order of use.
      buckets.delete(key);
      buckets.set(key, bucket);
      const idle = buckets.keys().next();
      if (buckets.size > most && !idle.done) buckets.delete(idle.value);
      return wait;
    },
  };
}
