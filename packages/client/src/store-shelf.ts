import { type Clock, deadline, within } from "./clock.ts";
import type { KeptDraft, OpenDraftStore, PlacedDraft } from "./draft-store.ts";
import { indexedDbDrafts } from "./indexed-db-drafts.ts";
import { nothing } from "./nothing.ts";
import { type Entry, keyOf, type Shelf, type Unsent } from "./unsent.ts";
import { warnOfStore } from "./warn-of-store.ts";

/** Keeps an outbox in a store that other clients share. A store that breaks is done without, and said so once. */
export interface StoreShelf extends Shelf {
  /** What others have added, changed and removed. */
  refresh(): Promise<void>;
  /** Alone with that room, unless others take too long. */
  alone(roomId: string, work: () => Promise<void>): Promise<void>;
}

export interface StoreShelfOptions {
  /** Default: IndexedDB. */
  readonly drafts: OpenDraftStore | undefined;
  readonly scope: string;
  readonly unsent: Unsent;
  readonly clock: Clock;
  readonly triggerMs: number;
  sendAll(): void;
}

/** How long a database may take; a browser's may hang for good. */
const storeMs = 5_000;
/** How long another tab that sends is waited for. */
const turnMs = 10_000;
/** What another tab has not sent by then is sent by this one. */
const othersMs = 2_000;

/** Rejects where there is no store to be had. */
export async function openShelf(options: StoreShelfOptions): Promise<StoreShelf> {
  const { unsent, clock, drafts = indexedDbDrafts } = options;
  const store = await drafts(options.scope);
  const places = new Map<Entry, number>();
  /** When each was changed here, or that was written; counted in the changes of all. */
  const changed = new WeakMap<Entry, number>();
  /** Those whose last change is not written yet. */
  const unwritten = new Map<Entry, KeptDraft>();
  /** Places given up, which the store may still name. */
  const left = new Set<number>();
  let changes = 0;
  let isBroken = false;
  let last: Promise<unknown> = Promise.resolve();
  let cancelOthers = nothing;

  /** Works one after the other. */
  function run<Answer>(work: () => Promise<Answer>): Promise<Answer | undefined> {
    const answer = last.then(() => (isBroken ? undefined : guarded(work)));
    last = answer;
    return answer;
  }

  async function guarded<Answer>(work: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await within(clock, storeMs, "keep what waits to be sent", work);
    } catch (error) {
      isBroken = true;
      warnOfStore(error);
      return undefined;
    }
  }

  function mark(entry: Entry): void {
    changed.set(entry, ++changes);
  }

  function isNewer(entry: Entry, asOf: number): boolean {
    return unwritten.has(entry) || (changed.get(entry) ?? 0) > asOf;
  }

  async function put(entry: Entry): Promise<void> {
    let asOf = 0;
    const place = await run(() => {
      asOf = changes;
      return store.add(entry.draft);
    });
    if (place === undefined) return;
    places.set(entry, place);
    if (unsent.find(entry.draft) !== entry) drop(entry);
    else if (isNewer(entry, asOf)) void save(entry);
  }

  async function save(entry: Entry): Promise<void> {
    const { draft } = entry;
    const place = places.get(entry);
    if (place === undefined) return;
    unwritten.set(entry, draft);
    await run(() => store.replace({ ...draft, place }));
    if (unwritten.get(entry) === draft) unwritten.delete(entry);
    mark(entry);
  }

  function drop(entry: Entry): void {
    const place = places.get(entry);
    if (place === undefined) return;
    places.delete(entry);
    left.add(place);
    // A full store may let go still; what it does not, the server knows by its id.
    if (isBroken) store.remove(place).catch(nothing);
    else void run(() => store.remove(place));
  }

  async function refresh(): Promise<void> {
    let asOf = 0;
    const kept = await run(() => {
      asOf = changes;
      return store.read();
    });
    if (!kept || unsent.shelf !== shelf) return;
    const there = new Set(kept.map(({ place }) => place));
    for (const place of left) if (!there.has(place)) left.delete(place);
    const news = kept.filter((draft) => !left.has(draft.place) && compare(draft, asOf));
    const gone = [...places].filter(([entry, place]) => !there.has(place) && !isNewer(entry, asOf));
    for (const [entry] of gone) vanish(entry);
    if (news.length + gone.length === 0) return;
    sort();
    unsent.publish();
  }

  /** Whether the store knows more than this client did. */
  function compare({ place, ...draft }: PlacedDraft, asOf: number): boolean {
    const entry = unsent.find(draft);
    if (!entry) {
      restore(draft, place);
    } else {
      const isSame = (draft.failure === undefined) === (entry.draft.failure === undefined);
      if (isSame || places.get(entry) !== place || isNewer(entry, asOf)) return false;
      unsent.change(entry, draft);
      if (entry.shown.status === "failed") entry.answer.reject(entry.shown.error);
    }
    return true;
  }

  function restore(draft: Omit<PlacedDraft, "place">, place: number): void {
    const entry = unsent.enter(draft);
    places.set(entry, place);
    if (clock.now() >= draft.timestamp + options.triggerMs) unsent.expire(entry);
  }

  /** Another client was answered. Whoever waits here hears the same answer by asking again. */
  function vanish(entry: Entry): void {
    places.delete(entry);
    if (!entry.isWatched || !unsent.isWaiting(entry)) unsent.drop(entry);
  }

  function sort(): void {
    const placeOf = (entry: Entry): number => places.get(entry) ?? Number.MAX_SAFE_INTEGER;
    const sorted = [...unsent.entries.values()].sort((one, other) => placeOf(one) - placeOf(other));
    unsent.entries.clear();
    for (const entry of sorted) unsent.entries.set(keyOf(entry.draft), entry);
  }

  async function noticed(): Promise<void> {
    await refresh();
    cancelOthers();
    if (unsent.current().some(({ status }) => status === "pending"))
      cancelOthers = clock.after(othersMs, options.sendAll);
  }

  const shelf: StoreShelf = {
    add(entry) {
      mark(entry);
      entry.kept = put(entry);
    },
    change(entry) {
      mark(entry);
      void save(entry);
    },
    drop,
    refresh,
    async alone(roomId, work) {
      const late = deadline(clock, turnMs, `send in ${roomId}`);
      const begin = (): Promise<void> => {
        late.cancel();
        return work();
      };
      // The work itself does not fail: what does is the store.
      await (isBroken ? begin() : store.alone(roomId, begin, late.signal).catch(begin));
    },
  };
  store.onChange(() => void noticed());
  return shelf;
}
