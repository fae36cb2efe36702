import { newId } from "@dialogue/client";

/** What the bindings take from their machine, given by tests. */
export interface Surroundings {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once, after at least `ms`; answers how to cancel that. */
  after(ms: number, callback: () => void): () => void;
  newId(): string;
  /** Told of a failure that no promise and no state of a hook shows. */
  report(error: unknown): void;
}

export const machine: Surroundings = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  newId,
  report(error) {
    // biome-ignore lint/suspicious/noConsole: there is nobody else to tell
    console.error(error);
  },
};
