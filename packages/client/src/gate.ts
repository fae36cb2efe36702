/** Holds work back until it is opened, then lets it through in order. */
export interface Gate {
  pass(work: () => void): void;
  open(): void;
}

/**
 * What it holds is bounded by how soon it opens: a joined room opens its gate one turn of the event loop after its
 * stream stands.
 */
export function createGate(): Gate {
  let held: (() => void)[] | undefined = [];
  return {
    pass(work) {
      if (held) held.push(work);
      else work();
    },
    open() {
      const waiting = held ?? [];
      held = undefined;
      for (const work of waiting) work();
    },
  };
}
