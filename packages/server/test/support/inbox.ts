/** What arrives over time, awaited without a look at the clock. */
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
    while (index >= all.length) await new Promise<void>((resolve) => waiting.push(resolve));
    return all[index] as T;
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
