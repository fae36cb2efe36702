import type { DraftStore, OpenDraftStore, PlacedDraft } from "./draft-store.ts";

/** Keeps drafts in this process, for all clients that are given the same one. */
export function memoryDrafts(): OpenDraftStore {
  const scopes = new Map<string, () => DraftStore>();
  return async (scope) => {
    const open = scopes.get(scope) ?? createScope();
    scopes.set(scope, open);
    return open();
  };
}

function createScope(): () => DraftStore {
  const drafts = new Map<number, PlacedDraft>();
  const listeners = new Map<DraftStore, () => void>();
  const turns = new Map<string, Promise<void>>();
  let last = 0;

  function tell(by: DraftStore): void {
    for (const [store, listen] of listeners) if (store !== by) queueMicrotask(listen);
  }

  return () => {
    const store: DraftStore = {
      read: async () => [...drafts.values()],
      async add(draft) {
        const place = ++last;
        drafts.set(place, { ...draft, place });
        tell(store);
        return place;
      },
      async replace(draft) {
        if (!drafts.has(draft.place)) return;
        drafts.set(draft.place, draft);
        tell(store);
      },
      async remove(place) {
        if (drafts.delete(place)) tell(store);
      },
      alone(roomId, work, signal) {
        const before = turns.get(roomId);
        const mine = turn(before, signal).then(work);
        const over = Promise.allSettled([before, mine]).then(() => {
          if (turns.get(roomId) === over) turns.delete(roomId);
        });
        turns.set(roomId, over);
        return mine;
      },
      onChange: (listen) => void listeners.set(store, listen),
    };
    return store;
  };
}

/** Resolves when the work before is over, or is not waited for any longer. */
function turn(before: Promise<void> | undefined, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve());
    void Promise.resolve(before).then(resolve);
  });
}
