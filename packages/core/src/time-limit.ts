import { DialogueError } from "@dialogue/events";
import type { Clock } from "./clock.ts";

/** Waits for work for at most `ms`; then rejects with TIMEOUT, and what becomes of the work is not known. */
export type Within = <T>(ms: number, doing: string, work: T | PromiseLike<T>) => Promise<T>;

export function createWithin(clock: Clock): Within {
  return (ms, doing, work) =>
    new Promise((resolve, reject) => {
      const cancel = clock.after(ms, () =>
        reject(new DialogueError("TIMEOUT", `cannot ${doing}: no answer within ${ms} ms`)),
      );
      Promise.resolve(work).then(
        (answer) => {
          cancel();
          resolve(answer);
        },
        (error: unknown) => {
          cancel();
          reject(error);
        },
      );
    });
}
