import { DialogueError, type Envelope, type Meta, toWire } from "@dialogue/events";
import { type Clock, within } from "./clock.ts";
import type { Connection } from "./connection.ts";
import type { Draft, KeptDraft, OpenDraftStore } from "./draft-store.ts";
import type { Live } from "./live.ts";
import { createSender } from "./sender.ts";
import type { StoreShelf } from "./store-shelf.ts";
import { createUnsent, type Entry, type Known, type UnsentEvent } from "./unsent.ts";
import { warnOfStore } from "./warn-of-store.ts";

/**
 * A user's durable events on their way, in all rooms, in the order they were triggered; in a browser those of its other
 * tabs, and of pages that were closed or reloaded, too.
 */
export interface Outbox extends Live<readonly UnsentEvent[]> {
  /** What `room.trigger` does with a durable event, for a room that need not be joined. */
  add(roomId: string, draft: Omit<Draft, "id"> & { readonly id?: string }): Promise<Envelope>;
  /** Sends a failed event again, under its id. */
  retry(event: Known): void;
  /** Forgets a failed event. */
  discard(event: Known): void;
  /** Calls back with each event of the outbox that was accepted, before it goes from the list. */
  onAccepted(listen: (event: Envelope) => unknown): () => void;
}

/** The outbox and its client's hand on it. */
export interface OwnOutbox extends Outbox {
  /** Whose it is: as the client's credentials say first, and then as the server does. */
  open(userId: string): void;
  /** Sends what waits, of the user who is welcome now. */
  send(): Promise<void>;
  /** The log holds that event. */
  seen(event: Envelope): void;
  /** Nobody sends any more. */
  ended(reason: DialogueError | undefined): void;
}

export interface OutboxOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => string;
  readonly userId: () => string;
  readonly outboxSize: number;
  readonly triggerMs: number;
  /** What tells this server from others. */
  readonly server: string;
  /** Default: the machine's own, where it has one. */
  readonly drafts: OpenDraftStore | undefined;
  report(error: unknown): void;
}

/** How long a database, and its code, may take to open; a browser's may hang for good. */
const openMs = 5_000;

export function createOutbox(options: OutboxOptions): OwnOutbox {
  const { connection, outboxSize } = options;
  let owner: string | undefined;
  let opened: Promise<unknown> | undefined;
  let shelf: StoreShelf | undefined;
  const unsent = createUnsent({ ...options, userId: () => owner ?? options.userId() });
  const { entries, publish } = unsent;
  const send = createSender({
    ...options,
    unsent,
    canSend: () => connection.status.current().state === "connected" && connection.userId === owner,
    async alone(roomId, work) {
      await opened;
      await (shelf ? shelf.alone(roomId, work) : work());
    },
    refresh: async () => shelf?.refresh(),
  });

  function sendAll(): void {
    for (const roomId of new Set(unsent.current().map((event) => event.roomId))) void send(roomId);
  }

  async function openShelfOf(userId: string): Promise<void> {
    const { drafts, server } = options;
    if (!drafts && typeof indexedDB === "undefined") return;
    // Apart, so that it weighs nothing where nothing is kept.
    const { openShelf } = await import("./store-shelf.ts");
    const made = await openShelf({ ...options, drafts, scope: `${server} ${userId}`, unsent, sendAll });
    if (owner !== userId) return;
    unsent.shelf = shelf = made;
    for (const entry of entries.values()) made.add(entry);
    await made.refresh();
  }

  /** Those of another user stay in that user's store. */
  function abandon(userId: string): void {
    const error = new DialogueError("UNAUTHENTICATED", `cannot send what another user triggered: this is ${userId}`);
    unsent.shelf = shelf = undefined;
    for (const entry of [...entries.values()]) {
      unsent.drop(entry);
      entry.answer.reject(error);
    }
    publish();
  }

  async function add(
    roomId: string,
    { id = options.newId(), event, ...given }: Parameters<Outbox["add"]>[1],
  ): Promise<Envelope> {
    // As JSON now: the caller may change the object, and a value without a JSON form would take others down with it.
    const { data } = toWire(given.data, `${event} in ${roomId}`);
    // What is made of JSON alone comes out of it as it went in.
    const meta = given.meta && { meta: toWire<unknown>(given.meta, `${event} in ${roomId}`).data as Meta };
    const draft: KeptDraft = { id, roomId, event, data, timestamp: options.clock.now(), ...meta };
    const entry = unsent.find(draft) ?? enter(draft);
    if (entry.draft.failure) begin(entry, draft);
    else if (wordsOf(entry.draft) !== wordsOf(draft))
      throw new DialogueError("CONFLICT", `${cannot(draft)}: another event of that id is on its way`);
    entry.isWatched = true;
    publish();
    void send(roomId);
    return entry.answer.promise;
  }

  function enter(draft: KeptDraft): Entry {
    const mine = [...entries.values()].filter(({ draft: { roomId } }) => roomId === draft.roomId);
    if (mine.length >= outboxSize) {
      // Whoever cares for a failed one has been told.
      const failed = mine.find((entry) => entry.draft.failure);
      if (!failed) throw new DialogueError("RATE_LIMITED", `${cannot(draft)}: ${outboxSize} wait already`);
      unsent.drop(failed);
    }
    const entry = unsent.enter(draft);
    shelf?.add(entry);
    return entry;
  }

  function begin(entry: Entry, draft: KeptDraft): void {
    unsent.change(entry, draft);
    shelf?.change(entry);
  }

  return {
    current: unsent.current,
    subscribe: unsent.subscribe,
    onAccepted: unsent.accepted.add,
    add,
    retry(event) {
      const entry = unsent.find(event);
      if (!entry?.draft.failure) return;
      const { failure: _, ...draft } = entry.draft;
      begin(entry, { ...draft, timestamp: options.clock.now() });
      entry.isWatched = true;
      publish();
      void send(event.roomId);
    },
    discard(event) {
      const entry = unsent.find(event);
      if (entry?.draft.failure && unsent.drop(entry)) publish();
    },
    open(userId) {
      if (userId === owner) return;
      if (owner !== undefined) abandon(userId);
      owner = userId;
      opened = within(options.clock, openMs, "open the kept outbox", () => openShelfOf(userId)).catch(warnOfStore);
    },
    async send() {
      await opened;
      await shelf?.refresh();
      sendAll();
    },
    seen(event) {
      const entry = unsent.find(event);
      if (entry && event.from === entry.shown.from) unsent.accept(entry, event);
    },
    ended(reason) {
      // What passes may be waited for.
      if (reason?.retry) return;
      for (const entry of [...entries.values()])
        if (entry.isWatched) unsent.fail(entry, reason ?? disconnected(entry.draft));
    },
  };
}

function cannot({ event, roomId }: KeptDraft): string {
  return `cannot trigger ${event} in ${roomId}`;
}

function disconnected(draft: KeptDraft): DialogueError {
  return new DialogueError("UNAVAILABLE", `${cannot(draft)}: the client was disconnected`);
}

function wordsOf({ event, data, meta }: Draft): string {
  return JSON.stringify([event, data, meta]);
}
