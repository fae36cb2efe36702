import type { Report } from "./logger.ts";
import type { Within } from "./time-limit.ts";

/** Runs the application's own functions so that none of them can harm the node. */
export interface HookRunner {
  /** Asks before something happens. Rejects with what the hook throws, and with TIMEOUT. */
  ask<T>(doing: string, hook: () => T | PromiseLike<T>): Promise<T>;
  /** Tells after something happened. Starts at once; failures are reported; resolves when it has ended, never rejects. */
  tell(doing: string, hook: () => unknown): Promise<void>;
  /** Resolves when everything told so far has ended. */
  settled(): Promise<void>;
}

export function createHookRunner(options: {
  readonly within: Within;
  readonly hookMs: number;
  readonly report: Report;
}): HookRunner {
  const running = new Set<Promise<void>>();

  // Async, so that a synchronous throw becomes a rejection.
  async function started<T>(hook: () => T | PromiseLike<T>): Promise<T> {
    return hook();
  }

  const ask: HookRunner["ask"] = (doing, hook) => options.within(options.hookMs, doing, started(hook));

  return {
    ask,
    tell(doing, hook) {
      const told = ask<unknown>(doing, hook).then(
        () => undefined,
        (error: unknown) => options.report(error, doing),
      );
      running.add(told);
      told.then(() => running.delete(told));
      return told;
    },
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
