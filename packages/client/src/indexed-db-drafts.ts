import type { DraftStore, PlacedDraft } from "./draft-store.ts";

const drafts = "drafts";

/** Keeps drafts in the browser: one database for each scope, which all its tabs share. */
export async function indexedDbDrafts(scope: string): Promise<DraftStore> {
  const name = `dialogue ${scope}`;
  const database = await openDatabase(name);
  // Its own messages do not come back to a channel.
  const news = new BroadcastChannel(name);

  async function act<Answer>(
    mode: IDBTransactionMode,
    begin: (store: IDBObjectStore) => IDBRequest<Answer>,
  ): Promise<Answer> {
    const transaction = database.transaction(drafts, mode);
    const request = begin(transaction.objectStore(drafts));
    // The transaction, and not the request, says that it is written.
    await done(transaction);
    if (mode === "readwrite") news.postMessage(undefined);
    return request.result;
  }

  return {
    // What is in this database was put there by `add` and `replace`.
    read: () => act("readonly", (store) => store.getAll() as IDBRequest<PlacedDraft[]>),
    // The database makes the places: it never gives one twice. They are numbers.
    add: (draft) => act("readwrite", (store) => store.add(draft) as IDBRequest<number>),
    async replace(draft) {
      await act("readwrite", (store) => {
        const present = store.getKey(draft.place);
        present.onsuccess = () => {
          if (present.result !== undefined) store.put(draft);
        };
        return present;
      });
    },
    async remove(place) {
      await act("readwrite", (store) => store.delete(place));
    },
    async alone(roomId, work, signal) {
      // Not on pages that came over plain http.
      const locks: LockManager | undefined = globalThis.navigator?.locks;
      if (!locks) return work();
      let isOurs = false;
      const mine = locks.request(`${name} ${roomId}`, { signal }, () => {
        isOurs = true;
        return work();
      });
      await mine.catch((error: unknown) => {
        if (isOurs) throw error;
        return work();
      });
    },
    onChange(listen) {
      news.onmessage = listen;
    },
  };
}

function openDatabase(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(drafts, { keyPath: "place", autoIncrement: true });
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const database = request.result;
      // Whoever wants to delete it must not wait for this page.
      database.onversionchange = () => database.close();
      resolve(database);
    };
  });
}

function done(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}
