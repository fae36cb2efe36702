import { expect } from "vitest";

/** Expects something to become so: asks again until it is, for a minute at most. */
export function eventually<T>(look: () => T | Promise<T>) {
  return expect.poll(look, { timeout: 60_000, interval: 50 });
}
