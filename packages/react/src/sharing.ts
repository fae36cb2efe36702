import type { Surroundings } from "./surroundings.ts";

/** Something that is kept up while somebody uses it. */
export interface Sharing {
  readonly isUsed: boolean;
  /** Answers how to end the use, which counts until `lingerMs` later; safe to call twice. */
  use(lingerMs?: number): () => void;
}

/** Calls `begin` with the first use and what it answered when the last one no longer counts. */
export function createSharing(begin: () => () => void, after: Surroundings["after"]): Sharing {
  let uses = 0;
  let end: (() => void) | undefined;

  function drop(): void {
    uses--;
    if (uses === 0) end?.();
  }

  return {
    get isUsed() {
      return uses > 0;
    },
    use(lingerMs) {
      uses++;
      if (uses === 1) end = begin();
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        if (lingerMs === undefined) drop();
        else after(lingerMs, drop);
      };
    },
  };
}
