/** Which events of a room its listeners see. */
export interface Choice {
  has(event: string): boolean;
  add(event: string): void;
  addAll(): void;
  remove(event: string): void;
}

/** Begins with the given names. */
export function createChoice(names: readonly string[]): Choice {
  let isAll = false;
  // The chosen ones, or where all are chosen, those that are not.
  let listed = new Set(names);
  return {
    has: (event) => listed.has(event) !== isAll,
    add: (event) => void (isAll ? listed.delete(event) : listed.add(event)),
    addAll() {
      isAll = true;
      listed = new Set();
    },
    remove: (event) => void (isAll ? listed.add(event) : listed.delete(event)),
  };
}
