/** A value that this browser keeps, the same in all its tabs. */
export interface Kept<T> {
  current(): T;
  subscribe(listen: () => void): () => void;
  change(next: (before: T) => T): void;
}

/** The value under a key of the storage; what does not read as one counts as the empty one. */
export function createKept<T>(key: string, empty: T, read: (value: unknown) => T | undefined): Kept<T> {
  const listeners = new Set<() => void>();
  let value = fromText(localStorage.getItem(key));

  function fromText(text: string | null): T {
    if (text === null) return empty;
    try {
      return read(JSON.parse(text)) ?? empty;
    } catch (error) {
      if (error instanceof SyntaxError) return empty;
      throw error;
    }
  }

  function tell(): void {
    for (const listen of [...listeners]) listen();
  }

  function changedElsewhere(event: StorageEvent): void {
    if (event.key !== key) return;
    value = fromText(event.newValue);
    tell();
  }

  return {
    current: () => value,
    subscribe(listen) {
      if (listeners.size === 0) window.addEventListener("storage", changedElsewhere);
      listeners.add(listen);
      return () => {
        listeners.delete(listen);
        if (listeners.size === 0) window.removeEventListener("storage", changedElsewhere);
      };
    },
    change(next) {
      const changed = next(value);
      if (Object.is(changed, value)) return;
      value = changed;
      localStorage.setItem(key, JSON.stringify(value));
      tell();
    },
  };
}

/** Whether a value is an object whose fields can be asked for. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
