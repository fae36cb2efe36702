import { AssertionError } from "node:assert";

/** Only to end what would never come with a failure that says where: a busy machine is slow. */
const patienceMs = 30_000;

/** What arrives over time, in order. */
export interface Inbox<T> {
  readonly all: readonly T[];
  push(value: T): void;
  /** The next one not yet taken. */
  next(): Promise<T>;
  /** The next few. */
  take(count: number): Promise<readonly T[]>;
}

export function inbox<T>(): Inbox<T> {
  const all: T[] = [];
  const waiting: (() => void)[] = [];
  let taken = 0;

  async function next(): Promise<T> {
    const index = taken++;
    while (index >= all.length) await more();
    return all[index] as T;
  }

  function more(): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = () => reject(new AssertionError({ message: `nothing came after the first ${all.length}` }));
      const timer = setTimeout(giveUp, patienceMs);
      waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  return {
    all,
    push(value) {
      all.push(value);
      for (const wake of waiting.splice(0)) wake();
    },
    next,
    async take(count) {
      const some: T[] = [];
      while (some.length < count) some.push(await next());
      return some;
    },
  };
}
