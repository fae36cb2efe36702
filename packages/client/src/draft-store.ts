import type { Meta, WireError } from "@dialogue/events";

/** What is to be triggered; its id is made before the first try and kept through all of them. */
export interface Draft {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
  readonly meta?: Meta;
}

/** A draft as it is kept: JSON, without anything that proves who its user is. */
export interface KeptDraft extends Draft {
  readonly roomId: string;
  /** When it was triggered or tried anew, in milliseconds since 1970. */
  readonly timestamp: number;
  /** Why it failed; one that did is not sent again by itself. */
  readonly failure?: WireError;
}

/** A kept draft and its place in the order of all. */
export type PlacedDraft = KeptDraft & { readonly place: number };

/**
 * Where the drafts of one user at one server wait for their answer. Several clients may have opened the same: the tabs
 * of a browser. Every method may reject, and then has done nothing: the outbox goes on without the store.
 *
 * 1. `add` answers the draft's place: higher than that of any draft that any client has added before.
 * 2. `read` answers every draft that was added and not removed, by anybody, in the order of their places.
 * 3. `replace` changes a draft in its place, and does nothing for one that was removed.
 * 4. `remove` is safe to call twice.
 * 5. What one scope keeps shows in no other.
 * 6. `alone` runs works of one room one after the other, whoever asks for them, and lets the next begin when one is
 *    over, fails, or its client has gone. Where it cannot know (`signal` aborts, a browser without locks), it runs the
 *    work beside the others: nothing depends on it but the number of calls.
 * 7. `onChange` calls back when another client has changed something, once or more, and soon.
 */
export interface DraftStore {
  read(): Promise<readonly PlacedDraft[]>;
  add(draft: KeptDraft): Promise<number>;
  replace(draft: PlacedDraft): Promise<void>;
  remove(place: number): Promise<void>;
  alone(roomId: string, work: () => Promise<void>, signal: AbortSignal): Promise<void>;
  onChange(listen: () => void): void;
}

/** Opens the store of a scope: a server and a user. */
export type OpenDraftStore = (scope: string) => Promise<DraftStore>;
