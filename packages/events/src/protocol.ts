import type { Cursor } from "./cursor.ts";
import type { DurableEnvelope, Envelope } from "./envelope.ts";

/** Why a subscription cannot go on from its cursor. */
export type ResetReason =
  /** The log no longer holds what was read: restored from a backup, recreated, or the cursor was forged. */
  | "rewound"
  /** Retention removed events after the cursor. */
  | "expired";

/** What the `messages` subscription yields; each is tracked under a cursor. */
export type MessagesFrame<Event extends DurableEnvelope = DurableEnvelope> =
  /** First. `head` is the newest event's place: what is replayed ends there, what is live begins after it. */
  | { readonly type: "ready"; readonly head: Cursor }
  | { readonly type: "event"; readonly event: Event }
  /** An event whose data was erased; it keeps its place. */
  | { readonly type: "redacted"; readonly event: RedactedEnvelope }
  /** An event of an older version that cannot be read as today's; it keeps its place. The server's log says why. */
  | { readonly type: "unreadable"; readonly event: UnreadableEnvelope }
  /**
   * Events that may have been told with their data have lost it since: forget what you hold of them. The stream stays where it
   * is. Whoever is away at that moment is not told later.
   */
  | { readonly type: "redaction"; readonly seqs: readonly number[] }
  /** The state that was built is void: load `history` again. The stream goes on live from `head`. */
  | { readonly type: "reset"; readonly reason: ResetReason; readonly head: Cursor; readonly oldest: Cursor };

/** An event whose data was erased. */
export interface RedactedEnvelope extends Omit<DurableEnvelope, "data" | "meta"> {
  readonly redacted: true;
}

/** An event whose data does not lead to what its definition is today. */
export interface UnreadableEnvelope extends Omit<DurableEnvelope, "data" | "meta"> {
  readonly unreadable: true;
}

/** A user as others may see it. */
export interface PublicUser {
  readonly id: string;
  /** What to call the user; the id where the identity bears no name. */
  readonly name: string;
}

/** What the `typing` subscription yields: everyone who types now, whole, at each change. */
export interface TypingFrame {
  readonly users: readonly PublicUser[];
}

/** What the `presence` subscription yields: the roster first, then its changes. */
export type PresenceFrame =
  | { readonly type: "roster"; readonly users: readonly PublicUser[] }
  | { readonly type: "joined"; readonly user: PublicUser }
  | { readonly type: "updated"; readonly user: PublicUser }
  | { readonly type: "left"; readonly user: PublicUser };

/** What the `signals` subscription yields: any ephemeral event but typing. */
export type SignalFrame<Event extends Envelope = Envelope> = Event;

/** One page of a room's log, oldest first. */
export interface HistoryPage<Event extends DurableEnvelope = DurableEnvelope> {
  readonly events: readonly Event[];
  /** Where an older page ends; absent when there is none. */
  readonly older?: Cursor;
  /** Where a newer page begins; absent when there is none yet. */
  readonly newer?: Cursor;
  /** Where the page itself ends: whoever joins from there misses nothing that came after it. Absent when it names no place. */
  readonly end?: Cursor;
}

/** Which page of a room's log. At most one of `before`, `after` and `around`; none: the newest. */
export interface HistoryQuery {
  /** Events older than the one at this cursor, and that one. */
  readonly before?: Cursor;
  /** Events newer than this cursor. */
  readonly after?: Cursor;
  /** Events on both sides of the one with this id, and that one. */
  readonly around?: string;
  /** 1–200, default 50. */
  readonly limit?: number;
  /** Only events of these names. */
  readonly events?: readonly string[];
}

/** What `connect` answers, once `onConnected` has run. */
export interface Welcome {
  readonly user: PublicUser;
  readonly sessionId: string;
  /** True where this connection goes on with a session that was still held. */
  readonly resumed: boolean;
}

/** Codes of Dialogue's own at which a socket is closed. Those from 4500 on are final; the client does not come back. */
export const closeCodes = {
  /** The server is going away. */
  DRAIN: 4001,
  /** The token has expired: come back with a new one. */
  TOKEN_EXPIRED: 4003,
  /** The reader was too slow for too long. */
  SLOW: 4008,
  /** Too much was asked at once, too often. */
  OVERLOAD: 4429,
  /** The token is not valid. */
  INVALID_TOKEN: 4501,
  /** No connectionParams came in time. */
  AUTH_TIMEOUT: 4502,
  /** The server ended the session. */
  REVOKED: 4503,
  /** Too many connections of one user. */
  CONNECTION_LIMIT: 4504,
  /** Too many messages that no client sends. */
  PROTOCOL_ERRORS: 4509,
} as const;
