import type {
  Cursor,
  DurableEnvelope,
  Envelope,
  EventDefinition,
  HistoryPage,
  HistoryQuery,
  JsonObject,
  Limits,
  MessagesFrame,
  PresenceFrame,
  PublicUser,
  RoomDefinition,
  RoomInfo,
  SignalFrame,
  TypingFrame,
} from "@dialogue/events";
import type { Can, User } from "./access.ts";
import type { Clock } from "./clock.ts";
import type { ConnectedClient, Hooks } from "./hooks.ts";
import type { Source } from "./log/sink.ts";
import type { Logger, Report } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import type { Backplane } from "./ports/backplane.ts";
import type { Log } from "./ports/log.ts";
import type { PresenceStore } from "./ports/presence-store.ts";
import type { Membership, RoomChange } from "./ports/room-store.ts";

/** What a node is made of. */
export interface CoreOptions {
  readonly rooms: Readonly<Record<string, RoomDefinition>>;
  /** Events that only rooms made at run time use. */
  readonly events?: readonly EventDefinition[];
  readonly hooks?: Hooks;
  readonly can?: Can;
  readonly log: Log;
  readonly backplane: Backplane;
  readonly presence: PresenceStore;
  readonly clock: Clock;
  /** A new UUID. */
  readonly newId: () => string;
  /** Uniform in [0, 1): for jitter only. */
  readonly random: () => number;
  /** SHA-256 of a text's UTF-16 code units, big-endian, in hex: always the same one, for the log holds it. */
  readonly sha256: (text: string) => string;
  readonly limits: Limits;
  readonly logger: Logger;
  readonly report: Report;
}

/** One open connection of a session: a socket, or an event stream. */
export interface Link {
  /** The session has ended from the server's side. `code` is one of `closeCodes`. */
  close(code: number, reason: string): void;
}

/** A session: one client instance of a user, held through reconnects for the grace period. */
export interface Session extends ConnectedClient {
  /** Resolves once `onConnected` has run (or failed, or timed out). Never rejects. */
  readonly ready: Promise<void>;
  /** True once it was taken up by a second link. */
  readonly resumed: boolean;
}

/** Whoever makes a call: the verified user and, where the transport knows it, the session. */
export interface Caller {
  readonly user: User;
  readonly session?: Session;
}

/** What is to be triggered. */
export interface TriggerRequest {
  readonly roomId: string;
  /** By name for a client's word; by definition for the application's, which must be the room's own. */
  readonly event: string | EventDefinition;
  readonly data: unknown;
  /** A UUID; made here when it is absent. */
  readonly id?: string;
  readonly meta?: JsonObject;
}

/** Triggers the application's own events within a transaction. */
export type TriggerInTransaction = (request: TriggerRequest, from?: string) => Promise<Envelope>;

/** What makes a room at run time. */
export interface RoomDraft extends Omit<RoomDefinition, "events"> {
  readonly id: string;
  /** Default: every event the application knows. */
  readonly events?: readonly EventDefinition[];
}

/**
 * One node of a Dialogue, without transport. Every call made for a caller is judged here: per-user limits,
 * membership, `can`, in that order. Without a caller (`undefined`) it is the application's own word, which is
 * not limited. Refusals reject with a DialogueError.
 */
export interface Core {
  readonly nodeId: string;
  /** Resolves when the node can serve. Rejects when a port cannot be reached. */
  start(): Promise<void>;
  /** Ends every subscription and session, running the hooks for them. Leaves the ports open: who made them closes them. */
  stop(): Promise<void>;

  /**
   * Opens a link for a user: takes up the held session of that id and user, or begins one (with a new id when
   * none is given, or when the id is another user's). The answer's `unlink` is called when the link has ended,
   * once; after the last one the session is held for `limits.graceMs`. Throws RATE_LIMITED past `limits.sessionsPerUser`.
   */
  connect(user: User, link: Link, sessionId?: string): { readonly session: Session; readonly unlink: () => void };
  /** The user's session of that id, held or linked. */
  session(userId: string, sessionId: string): Session | undefined;
  /** Every session on this node; of one user when told which. */
  sessions(userId?: string): readonly Session[];

  /** Needs a session. Idempotent: attends the room until `leave`, or the session ends. */
  join(caller: Caller, roomId: string): Promise<RoomInfo>;
  /** Ends the session's attendance and its subscriptions to the room. */
  leave(caller: Caller, roomId: string): Promise<void>;

  /** Resolves when the event is true (durable) or on its way (ephemeral). The same id again answers the first event. */
  trigger(caller: Caller | undefined, request: TriggerRequest, from?: string): Promise<Envelope>;
  /**
   * Empties an event for good: its data and meta go, its place stays. False when the log holds none of that id; again is
   * harmless. From then on history leaves it out, whoever reads past it is told that it was redacted, and so is everyone who has read it
   * and is connected.
   */
  redact(roomId: string, id: string): Promise<boolean>;
  /**
   * Redacts every durable event from a user, in every room, step by step; answers how many. Of a room's last `limits.ringEvents`
   * events open subscriptions are told. What the user triggers meanwhile may
   * stay: end the user's rights first. Rejects when a step fails; those before it have taken effect.
   */
  eraseUser(userId: string): Promise<number>;
  /** Every durable event from a user that is kept, room by room and in the order of each, redacted ones apart. */
  exportUser(userId: string): AsyncIterable<DurableEnvelope>;
  /** As they stand now. */
  metrics(): Metrics;
  history(caller: Caller | undefined, roomId: string, query: HistoryQuery): Promise<HistoryPage>;
  /**
   * Runs within one transaction of the log's database; what `trigger` appends takes effect with it, or not at all, and is told
   * of after the commit. A trigger that is refused rolls it back, also when its rejection was caught. Rejects with INVALID_REQUEST for a log
   * without transactions, and with what `run` rejects with.
   */
  transaction<T>(run: (tx: unknown, trigger: TriggerInTransaction) => Promise<T>): Promise<T>;

  /**
   * The four subscriptions. The promise rejects with the refusal; the session (if any) attends the room while
   * the source is attached. `lastEventId` beats `cursor`; with neither, the room's `syncHistoryOnJoin` says where to begin.
   */
  messages(
    caller: Caller,
    roomId: string,
    from: { readonly cursor?: Cursor; readonly lastEventId?: Cursor },
  ): Promise<Source<MessagesFrame>>;
  typing(caller: Caller, roomId: string): Promise<Source<TypingFrame>>;
  presence(caller: Caller, roomId: string): Promise<Source<PresenceFrame>>;
  signals(caller: Caller, roomId: string): Promise<Source<SignalFrame>>;

  /** Calls back on the node that accepted the event, once it is true, at most once. `data` is what the schema made of it. */
  on(roomId: string, event: EventDefinition, handle: (event: Envelope) => unknown): () => void;
  /**
   * Calls back at least once for each durable event of that kind, in order, on one node at a time, through restarts;
   * with the data as it stands in the log. A new name begins at the oldest event that is kept, and so does one whose
   * place the log no longer holds. An event whose handler fails is tried again before any later one.
   */
  consume(name: string, roomId: string, event: EventDefinition, handle: (event: Envelope) => unknown): () => void;

  readonly rooms: Rooms;
}

/** The rooms of a node: configured ones and those made at run time. */
export interface Rooms {
  /** By id. For a caller: those it may know of. */
  list(caller: Caller | undefined): Promise<readonly RoomInfo[]>;
  /** ROOM_NOT_FOUND when there is none, or none the caller may know of. */
  get(caller: Caller | undefined, roomId: string): Promise<RoomInfo>;
  create(caller: Caller | undefined, room: RoomDraft): Promise<RoomInfo>;
  update(caller: Caller | undefined, roomId: string, change: RoomChange): Promise<RoomInfo>;
  /** Ends every subscription and attendance of the room and drops its log. A configured room cannot be deleted. */
  delete(caller: Caller | undefined, roomId: string): Promise<void>;
  members(caller: Caller | undefined, roomId: string): Promise<readonly Membership[]>;
  grant(roomId: string, membership: Membership): Promise<void>;
  /** Ends the user's subscriptions to a private room on every node, within `limits.headCheckMs` and a second at the latest. */
  revoke(roomId: string, userId: string): Promise<void>;
  /** Who attends, on any node. */
  attendees(roomId: string): Promise<readonly PublicUser[]>;
}
