import type { JsonObject, JsonValue } from "@dialogue/events";

/** An event that is ready to be appended: judged, parsed, in its wire form. */
export interface Draft {
  readonly roomId: string;
  readonly id: string;
  readonly event: string;
  /** Of the event's definition: 1, 2, 3 … */
  readonly version: number;
  readonly data: JsonValue;
  readonly from: string;
  readonly meta?: JsonObject;
  /** Of the draft as it was proposed; tells a resend from another event under the same id. */
  readonly hash: string;
}

/** An event that is true. */
export interface StoredEvent {
  readonly roomId: string;
  readonly seq: number;
  /** 8 hex digits of random bits. */
  readonly tag: string;
  readonly id: string;
  readonly event: string;
  /** Of the definition that the data was made by. */
  readonly version: number;
  /** null once redacted. */
  readonly data: JsonValue;
  readonly from: string;
  readonly timestamp: number;
  readonly meta?: JsonObject;
  readonly hash: string;
  readonly redacted: boolean;
}

/** What became of one draft. */
export type Appended =
  | {
      readonly status: "appended";
      readonly event: StoredEvent /** The tag of the event before it; empty at seq 1. */;
      readonly previousTag: string;
    }
  /** The same draft stood already; this is the event it made. */
  | { readonly status: "duplicate"; readonly event: StoredEvent }
  /** Another draft stands under that id. */
  | { readonly status: "conflict" };

/** Where a room's log ends and where what it keeps begins. */
export interface Head {
  readonly roomId: string;
  /** Of the newest event; seq 0 and an empty tag for a room without events. */
  readonly head: { readonly seq: number; readonly tag: string };
  /** Of the newest event that was purged; seq 0 and an empty tag when none was. */
  readonly floor: { readonly seq: number; readonly tag: string };
  /** Grows with every change of the room's membership or rights. */
  readonly aclVersion: number;
}

/** A range of one room's log. */
export type ReadRange =
  /** Oldest first, those with a greater seq than `after`. */
  | { readonly after: number; readonly limit: number; readonly upTo?: number; readonly events?: readonly string[] }
  /** Newest first, those with a seq of at most `upTo`; without it, from the head. */
  | { readonly backwards: true; readonly upTo?: number; readonly limit: number; readonly events?: readonly string[] };

/** What a read found. */
export interface ReadResult {
  readonly events: readonly StoredEvent[];
  /** As it was at the read: a range that begins below it is not whole. */
  readonly floor: { readonly seq: number; readonly tag: string };
}

/** Which events of one kind a room lets go. */
export interface Retention {
  readonly event: string;
  /** So many of the newest stay. */
  readonly keep?: number;
  /** Those that are older go, by the log's clock. */
  readonly maxAgeMs?: number;
  /** Events that one step looks at. */
  readonly limit: number;
}

/** The place of an event among those of all rooms. */
export interface Place {
  readonly roomId: string;
  readonly seq: number;
}

/** What one step of retention did. */
export interface Retained {
  /** Of the events it redacted, oldest first. */
  readonly seqs: readonly number[];
  /** What the log's clock showed, in milliseconds since 1970. */
  readonly at: number;
}

/**
 * The one truth: an ordered log for each room.
 * 1. When append resolves, its events are durable and every later read returns them.
 * 2. Seqs of a room are 1, 2, 3 … without a hole, in the order in which they become visible.
 * 3. Append is idempotent by (room, id): same hash and same `from` answer the first event; anything else is a conflict, and a conflict leaves no trace.
 * 4. One draft's conflict or duplicate does not touch the others of the same append; answers stand in the order of the drafts.
 * 5. An append that rejects may have taken effect; a retry with the same ids says whether it did.
 * 6. heads answers for every room asked, unknown ones included, in the order asked.
 * 7. redact empties data and meta and keeps the place; purge removes every event with a seq of at most `upTo` and raises the floor, which keeps its tag.
 * 8. retain looks at the oldest `limit` events of a kind that are not redacted, and redacts those of them that are not among the newest `keep` of
 *    that kind, or are older than `maxAgeMs`. Fewer than `limit` redacted: none that is to go is left.
 * 9. readFrom answers the events of one sender over all rooms, room by room and in the order of each, redacted ones apart; erase redacts
 *    any `limit` of them, or all that are left.
 * 10. Failures reject with a DialogueError, UNAVAILABLE or TIMEOUT where a retry makes sense.
 */
export interface EventLog {
  append(drafts: readonly Draft[]): Promise<readonly Appended[]>;
  read(roomId: string, range: ReadRange): Promise<ReadResult>;
  /** The event of a room by its id. */
  find(roomId: string, id: string): Promise<StoredEvent | undefined>;
  heads(roomIds: readonly string[]): Promise<readonly Head[]>;
  /** False when there is no such event. */
  redact(roomId: string, id: string): Promise<boolean>;
  readFrom(
    from: string,
    range: { readonly after?: Place | undefined; readonly limit: number },
  ): Promise<readonly StoredEvent[]>;
  /** Which events it redacted: fewer than `limit` when none is left. */
  erase(from: string, limit: number): Promise<readonly Place[]>;
  retain(roomId: string, retention: Retention): Promise<Retained>;
  /** How many events it removed. */
  purge(roomId: string, upTo: number): Promise<number>;
  /** Removes a deleted room's events and head. The next append under that id begins at 1 with new tags. */
  drop(roomId: string): Promise<void>;
}
