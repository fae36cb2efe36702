/** A value that changes: `current` is the same object until it does. Fits `useSyncExternalStore`. */
export interface Live<Value> {
  current(): Value;
  /** Calls back at each change; answers how to stop. */
  subscribe(listen: (value: Value) => void): () => void;
}

/** A live value and its owner's hand on it. */
export interface LiveSource<Value> extends Live<Value> {
  set(value: Value): void;
}

/** What is told when the first listener comes and when the last one goes. */
export interface Interest {
  begin(): void;
  end(): void;
}

/** A live value. A listener that throws goes to `report` and does not stop the others. */
export function createLive<Value>(
  first: Value,
  report: (error: unknown) => void,
  interest?: Interest,
): LiveSource<Value> {
  const listeners = createListeners<Value>(report, interest);
  let value = first;
  return {
    current: () => value,
    subscribe: listeners.add,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      listeners.call(next);
    },
  };
}

/** A list of callbacks for one kind of news. */
export interface Listeners<Value> {
  add(listen: (value: Value) => unknown): () => void;
  call(value: Value): void;
  readonly size: number;
}

/** Callbacks in the order they were added; what one throws, or rejects with, goes to `report`. */
export function createListeners<Value>(report: (error: unknown) => void, interest?: Interest): Listeners<Value> {
  const entries = new Set<{ readonly listen: (value: Value) => unknown }>();

  function add(listen: (value: Value) => unknown): () => void {
    const entry = { listen };
    entries.add(entry);
    if (entries.size === 1) interest?.begin();
    return () => {
      if (entries.delete(entry) && entries.size === 0) interest?.end();
    };
  }

  async function run(listen: (value: Value) => unknown, value: Value): Promise<void> {
    try {
      await listen(value);
    } catch (error) {
      report(error);
    }
  }

  return {
    add,
    call(value) {
      // A copy: a listener may add or remove others.
      for (const { listen } of [...entries]) void run(listen, value);
    },
    get size() {
      return entries.size;
    },
  };
}
