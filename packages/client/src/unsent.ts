import { DialogueError, type Envelope } from "@dialogue/events";
import { type Clock, deadline } from "./clock.ts";
import type { KeptDraft } from "./draft-store.ts";
import { createListeners, type Listeners, type Live } from "./live.ts";
import { type Resolvers, withResolvers } from "./resolvers.ts";

/** An event of one's own on its way; it will bear the same id in the log. Its timestamp is this machine's. */
export interface PendingEvent<Name extends string = string, Data = unknown> extends Envelope<Name, Data> {
  readonly status: "pending";
}

/** An event of one's own that was refused, or could not be sent in time. */
export interface FailedEvent<Name extends string = string, Data = unknown> extends Envelope<Name, Data> {
  readonly status: "failed";
  readonly error: DialogueError;
}

/** An event of one's own that the server has not accepted. */
export type UnsentEvent = PendingEvent | FailedEvent;

/** What tells an event from all others. */
export type Known = Pick<Envelope, "roomId" | "id">;

/** One event that was not accepted yet, and who waits for that. */
export interface Entry {
  draft: KeptDraft;
  shown: UnsentEvent;
  answer: Resolvers<Envelope>;
  /** Ends its time. */
  late: ReturnType<typeof deadline>;
  /** Whether somebody looks at what becomes of it. */
  isWatched: boolean;
  /** Resolves once it is kept, or will not be. */
  kept?: Promise<unknown>;
}

/** Told of each change, to keep it. */
export interface Shelf {
  add(entry: Entry): void;
  change(entry: Entry): void;
  drop(entry: Entry): void;
}

/** What becomes of a user's events until they are accepted. */
export interface Unsent extends Live<readonly UnsentEvent[]> {
  /** In the order they were triggered. */
  readonly entries: Map<string, Entry>;
  readonly accepted: Listeners<Envelope>;
  shelf: Shelf | undefined;
  find(event: Known): Entry | undefined;
  isWaiting(entry: Entry): boolean;
  waitingIn(roomId: string): readonly Entry[];
  /** The rest is news for whoever subscribes; this is to be followed by `publish`. */
  enter(draft: KeptDraft): Entry;
  /** Another draft under the same id, from here on or as a store has it. */
  change(entry: Entry, draft: KeptDraft, error?: DialogueError): void;
  publish(): void;
  fail(entry: Entry, error: DialogueError): void;
  expire(entry: Entry): void;
  accept(entry: Entry, event: Envelope): void;
  /** False for one that has gone already. */
  drop(entry: Entry): boolean;
}

export function createUnsent(options: {
  readonly clock: Clock;
  readonly triggerMs: number;
  readonly userId: () => string;
  report(error: unknown): void;
}): Unsent {
  const { clock, triggerMs, userId, report } = options;
  const entries = new Map<string, Entry>();
  const listeners = createListeners<readonly UnsentEvent[]>(report);
  let list: readonly UnsentEvent[] | undefined;

  function lateFor({ event, roomId, timestamp }: KeptDraft): Entry["late"] {
    // A clock that was set back must not make it wait for longer.
    const restMs = Math.min(triggerMs, timestamp + triggerMs - clock.now());
    return deadline(clock, restMs, `trigger ${event} in ${roomId}`);
  }

  /** From here on its time runs, if it has not failed. */
  function begin(entry: Entry): void {
    const { late } = entry;
    if (entry.draft.failure) late.cancel();
    else late.signal.addEventListener("abort", () => entry.late === late && unsent.expire(entry));
  }

  const unsent: Unsent = {
    entries,
    accepted: createListeners<Envelope>(report),
    shelf: undefined,
    current() {
      list ??= [...entries.values()].map(({ shown }) => shown);
      return list;
    },
    subscribe: listeners.add,
    find: (event) => entries.get(keyOf(event)),
    isWaiting: (entry) => entry.shown.status === "pending" && unsent.find(entry.draft) === entry,
    waitingIn: (roomId) =>
      [...entries.values()].filter((entry) => entry.draft.roomId === roomId && unsent.isWaiting(entry)),
    enter(draft) {
      const shown = shownOf(draft, userId());
      const entry = { draft, shown, answer: withResolvers<Envelope>(), late: lateFor(draft), isWatched: false };
      entries.set(keyOf(draft), entry);
      begin(entry);
      return entry;
    },
    change(entry, draft, error) {
      entry.late.cancel();
      Object.assign(entry, { draft, shown: shownOf(draft, entry.shown.from, error), late: lateFor(draft) });
      if (!draft.failure) entry.answer = withResolvers();
      begin(entry);
    },
    publish() {
      list = undefined;
      if (listeners.size > 0) listeners.call(unsent.current());
    },
    fail(entry, error) {
      if (!unsent.isWaiting(entry)) return;
      unsent.change(entry, { ...entry.draft, failure: error.toWire() }, error);
      unsent.shelf?.change(entry);
      unsent.publish();
      entry.answer.reject(error);
      if (!entry.isWatched) report(error);
    },
    expire(entry) {
      const { event, roomId } = entry.draft;
      const what = `cannot trigger ${event} in ${roomId}: no answer within ${triggerMs} ms`;
      unsent.fail(entry, new DialogueError("TIMEOUT", what));
    },
    accept(entry, event) {
      if (!unsent.drop(entry)) return;
      unsent.accepted.call(event);
      unsent.publish();
      entry.answer.resolve(event);
    },
    drop(entry) {
      entry.late.cancel();
      if (unsent.find(entry.draft) !== entry) return false;
      unsent.shelf?.drop(entry);
      return entries.delete(keyOf(entry.draft));
    },
  };
  return unsent;
}

/** The key of its entry. */
export function keyOf({ roomId, id }: Known): string {
  return `${roomId} ${id}`;
}

function shownOf({ failure, ...draft }: KeptDraft, from: string, error?: DialogueError): UnsentEvent {
  if (!failure) return { ...draft, from, status: "pending" };
  return { ...draft, from, status: "failed", error: error ?? DialogueError.fromWire(failure) };
}
