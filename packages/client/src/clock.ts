import { DialogueError } from "@dialogue/events";

/** Cancels what a clock was asked to do; safe to call twice. */
export type Cancel = () => void;

/** Time, given from outside so that tests own it. */
export interface Clock {
  /** Milliseconds since 1970: for what people read, never for order. */
  now(): number;
  /** Monotonic milliseconds: for durations. */
  elapsed(): number;
  /** Calls back once, after at least `ms`. */
  after(ms: number, callback: () => void): Cancel;
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms`; rejects with the signal's reason when that comes first. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const stop = (): void => {
      cancel();
      reject(signal.reason);
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** A signal that aborts with TIMEOUT after `ms`. */
export function deadline(
  clock: Clock,
  ms: number,
  what: string,
): { readonly signal: AbortSignal; readonly cancel: () => void } {
  const controller = new AbortController();
  const cancel = clock.after(ms, () =>
    controller.abort(new DialogueError("TIMEOUT", `cannot ${what}: no answer within ${ms} ms`)),
  );
  return { signal: controller.signal, cancel };
}

/** What the work answers; rejects with TIMEOUT where that takes longer than `ms`. */
export async function within<T>(clock: Clock, ms: number, what: string, work: () => T | Promise<T>): Promise<T> {
  const late = deadline(clock, ms, what);
  const expired = new Promise<never>((_, reject) => {
    late.signal.addEventListener("abort", () => reject(late.signal.reason));
  });
  try {
    return await Promise.race([work(), expired]);
  } finally {
    late.cancel();
  }
}
