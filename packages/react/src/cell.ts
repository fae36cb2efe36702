import type { Live } from "@dialogue/client";

/** A live value and the hand that changes it. */
export interface Cell<Value> extends Live<Value> {
  /** Setting what it holds already tells nobody. */
  set(value: Value): void;
}

export function createCell<Value>(first: Value): Cell<Value> {
  const entries = new Set<{ readonly listen: (value: Value) => void }>();
  let value = first;
  return {
    current: () => value,
    subscribe(listen) {
      const entry = { listen };
      entries.add(entry);
      return () => void entries.delete(entry);
    },
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      // A copy: a listener may add or remove others.
      for (const { listen } of [...entries]) listen(next);
    },
  };
}
