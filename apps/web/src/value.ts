/** A value that changes and can be watched. */
export interface Value<T> {
  current(): T;
  /** Calls back after each change; answers how to end that. */
  subscribe(listen: () => void): () => void;
}

/** A value and the one hand that changes it. */
export interface Cell<T> extends Value<T> {
  set(next: T): void;
}

/** A cell; setting what it holds already tells nobody. */
export function createCell<T>(first: T): Cell<T> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    current: () => value,
    subscribe(listen) {
      listeners.add(listen);
      return () => listeners.delete(listen);
    },
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listen of [...listeners]) listen();
    },
  };
}
