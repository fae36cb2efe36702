import type { Envelope, JsonObject, RoomEvents, RoomInfo, RoomRef } from "@dialogue/events";
import type { User } from "./access.ts";

type Awaitable<T> = T | Promise<T>;

/** One client of a user (a tab, a device): it outlives its connection by the grace period. */
export interface ConnectedClient<Rooms extends RoomEvents = RoomEvents> {
  /** The session's id. */
  readonly id: string;
  readonly userId: string;
  readonly user: User;
  /** Whether it was the user's only session on its node when it connected; one that is held counts. */
  readonly isFirst: boolean;
  /** Idempotent; the same act as a join in the browser. Rejects with the refusal; a promise left floating is reported. */
  join(room: RoomRef<Rooms>): Promise<RoomInfo>;
  /** Idempotent. */
  leave(room: RoomRef<Rooms>): Promise<void>;
  /** The ids of the rooms it attends. */
  rooms(): readonly string[];
  /** Ends the session and its connections; its client does not come back by itself. */
  disconnect(): void;
}

/** An event before it is accepted, in the form in which it was given. */
export interface Proposal {
  readonly id: string;
  readonly roomId: string;
  readonly event: string;
  readonly data: unknown;
  readonly from: string;
  readonly meta?: JsonObject;
}

/** Someone about to join a room. */
export interface Joining {
  readonly user: User;
  readonly roomId: string;
  readonly room: RoomInfo;
}

/**
 * The application's hooks. Each may be async, is awaited for `limits.hookMs` at most, and never ends the process:
 * a throw or time-out refuses in a `before` hook and is reported in any other.
 */
export interface Hooks<Rooms extends RoomEvents = RoomEvents> {
  readonly socket?: {
    /** A connection was opened: a socket, or an event stream. One session may have several in its life. */
    onConnect?(connection: { readonly user: User; readonly sessionId: string }): Awaitable<void>;
    onDisconnect?(connection: { readonly user: User; readonly sessionId: string }): Awaitable<void>;
  };
  readonly clients?: {
    /** Refuses with false or a throw (a DialogueError reaches the caller as it is, anything else is JOIN_DENIED). */
    beforeJoin?(joining: Joining): Awaitable<boolean | void>;
    /** Once for each session, not again on a reconnect within the grace period. */
    onConnected?(client: ConnectedClient<Rooms>): Awaitable<void>;
    onDisconnected?(client: ConnectedClient<Rooms>): Awaitable<void>;
    onJoined?(client: ConnectedClient<Rooms>, roomId: string): Awaitable<void>;
    /** Also for every room of a session that ends. */
    onLeft?(client: ConnectedClient<Rooms>, roomId: string): Awaitable<void>;
  };
  readonly rooms?: {
    onCreated?(room: RoomInfo): Awaitable<void>;
    onUpdated?(room: RoomInfo): Awaitable<void>;
    onDeleted?(roomId: string): Awaitable<void>;
  };
  readonly events?: {
    /**
     * Sees each proposal that is valid; may answer other `data` or `meta`, which are parsed again. Refuses with a
     * throw (a DialogueError reaches the caller as it is, anything else is VALIDATION_FAILED).
     */
    beforeEach?(proposal: Proposal): Awaitable<Pick<Proposal, "data" | "meta"> | void>;
    /** After the event is true. Not for a resend. */
    afterEach?(event: Envelope): Awaitable<void>;
  };
}
