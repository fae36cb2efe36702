import type {
  ConnectedClient,
  Log,
  Membership,
  Metrics,
  RoomChange,
  RoomDraft,
  TransactionalLog,
} from "@dialogue/core";
import type {
  DataOf,
  DialogueTypes,
  DurableEnvelope,
  EnvelopeFor,
  EnvelopeOf,
  EventDefinition,
  EventsIn,
  HistoryPage,
  HistoryQuery,
  InputOf,
  Meta,
  NameOf,
  PublicUser,
  RoomEvents,
  RoomInfo,
  RoomRef,
} from "@dialogue/events";
import type { CreateContext } from "./context.ts";
import type { Attach } from "./http/attach.ts";
import type { DialogueRouter, DurableAmong, DurableOf } from "./router/dialogue-router.ts";
import type { DialogueErrorFormatter } from "./router/error-formatter.ts";
import type { TokenLife, TokenUser } from "./tokens.ts";

declare const madeAtRunTime: unique symbol;

/** The rooms of a Dialogue together with the events that only rooms made at run time use. */
export type WithExtra<Rooms extends RoomEvents, Extra extends readonly EventDefinition[]> = Extra extends readonly []
  ? Rooms
  : Rooms & { readonly [madeAtRunTime]: Extra };

/** The transaction that a log offers; `never` where it offers none. */
export type TransactionOf<Kept extends Log> = Kept extends TransactionalLog<infer Tx> ? Tx : never;

/** Triggers any event of the application in any of its rooms. Resolves with the accepted event. */
export type TriggerIn<Rooms extends RoomEvents> = <Ref extends RoomRef<Rooms>, Event extends EventsIn<Rooms, Ref>>(
  room: Ref,
  event: Event,
  data: InputOf<Event>,
  by?: By,
) => Promise<EnvelopeOf<Event>>;

/** Who triggers: a user's id, or that with an id of the event or meta. Default: `"system"`. */
export type By = string | { readonly from?: string; readonly id?: string; readonly meta?: Meta };

/** An event as a handler on the server holds it: `data` is what the schema made of it. */
export type HandledEvent<Event extends EventDefinition> = EnvelopeFor<Event["delivery"], NameOf<Event>, DataOf<Event>>;

/** A room as the application holds it. */
export interface Room<Event extends EventDefinition> {
  readonly id: string;
  trigger<Triggered extends Event>(event: Triggered, data: InputOf<Triggered>, by?: By): Promise<EnvelopeOf<Triggered>>;
  on<Heard extends Event>(event: Heard, handle: (event: HandledEvent<Heard>) => unknown): () => void;
  get(): Promise<RoomInfo>;
  history(query?: HistoryQuery): Promise<HistoryPage<DurableOf<Event>>>;
  /** As `dialogue.redact`. */
  redact(id: string): Promise<boolean>;
  members(): Promise<readonly Membership[]>;
  /** Who attends, on any node. */
  attendees(): Promise<readonly PublicUser[]>;
}

/** The rooms that a user's clients on this node attend. */
export interface ClientRooms {
  readonly ids: readonly string[];
  forAll(visit: (roomId: string) => void): void;
  /** Ends the user's attendance of all of them. */
  leaveAll(visit?: (roomId: string) => void): Promise<void>;
}

/**
 * A chat: its router, its server, and the application's own hands on its rooms. What a promise left floating
 * rejects with goes to the logger and `onError`, but for `start`: a server that cannot listen should end its process.
 * Every method works detached from the object.
 */
export interface Dialogue<Rooms extends RoomEvents, Tx = never> extends DialogueTypes<Rooms> {
  /** Merge it into your own, or serve it as it is. */
  readonly router: DialogueRouter<Rooms>;
  /** For any adapter of tRPC: `{ ...(await dialogue.createContext(opts)), yours }`. */
  readonly createContext: CreateContext;
  readonly errorFormatter: DialogueErrorFormatter;

  /** Resolves with the accepted event. */
  trigger<Ref extends RoomRef<Rooms>, Event extends EventsIn<Rooms, Ref>>(
    room: Ref,
    event: Event,
    data: InputOf<Event>,
    by?: By,
  ): Promise<EnvelopeOf<Event>>;
  /**
   * Runs within one transaction of the log's database: what is done through `tx` and what `trigger` appends take effect
   * together, or not at all. Events are told of after the commit. A trigger that is refused rolls everything back, and so does whatever `run`
   * rejects with, which is what it then rejects with. Use nothing but `tx` and `trigger` inside: on the embedded database the rest waits
   * for the end. Does not compile, and rejects with INVALID_REQUEST, where the log has no transactions.
   */
  transaction<T>(run: [Tx] extends [never] ? never : (tx: Tx, trigger: TriggerIn<Rooms>) => Promise<T>): Promise<T>;
  /** Calls back on the node that accepted the event, at most once. Returns what ends it. */
  on<Ref extends RoomRef<Rooms>, Event extends EventsIn<Rooms, Ref>>(
    room: Ref,
    event: Event,
    handle: (event: HandledEvent<Event>) => unknown,
  ): () => void;
  /** Calls back at least once for each durable event, in order, on one node at a time, through restarts; `name` keeps the place. */
  consume<Ref extends RoomRef<Rooms>, Event extends DurableAmong<EventsIn<Rooms, Ref>>>(
    name: string,
    room: Ref,
    event: Event,
    handle: (event: EnvelopeOf<Event>) => unknown,
  ): () => void;

  /**
   * Empties an event for good: its data and meta go, its place stays. False when the room's log holds none of that id; again
   * is harmless. From then on nobody reads its content, on any node; who has read the event already is not told.
   */
  redact(room: RoomRef<Rooms>, id: string): Promise<boolean>;
  /**
   * Redacts every event from a user, in every room; answers how many. Step by step: what the user triggers meanwhile may stay, so
   * end the user's rights first. Rejects when a step fails; again goes on from there.
   */
  eraseUser(userId: string): Promise<number>;
  /** Every event from a user that is kept, room by room and in the order of each, redacted ones apart. */
  exportUser(userId: string): AsyncIterable<DurableEnvelope>;
  /** What this node has done and has in hand, as it stands now: of retention so far. For a monitor to read every few seconds. */
  metrics(): Metrics;

  room<Ref extends RoomRef<Rooms>>(room: Ref): Room<EventsIn<Rooms, Ref>>;
  rooms(): Promise<readonly RoomInfo[]>;
  createRoom(room: RoomDraft): Promise<RoomInfo>;
  updateRoom(room: RoomRef<Rooms>, change: RoomChange): Promise<RoomInfo>;
  deleteRoom(room: RoomRef<Rooms>): Promise<void>;
  /** Lets a user into a private room for good. Default role: member. */
  grant(room: RoomRef<Rooms>, userId: string, role?: Membership["role"]): Promise<void>;
  revoke(room: RoomRef<Rooms>, userId: string): Promise<void>;
  members(room: RoomRef<Rooms>): Promise<readonly Membership[]>;
  history<Ref extends RoomRef<Rooms>>(
    room: Ref,
    query?: HistoryQuery,
  ): Promise<HistoryPage<DurableOf<EventsIn<Rooms, Ref>>>>;

  /** A user's clients on this node. */
  getClients(userId: string): readonly ConnectedClient<Rooms>[];
  /** Every client on this node. */
  getAllClients(): readonly ConnectedClient<Rooms>[];
  getClientRooms(userId: string): ClientRooms;
  /** Whether the user attends the room, on any node. */
  isInRoom(userId: string, room: RoomRef<Rooms>): Promise<boolean>;

  /** Signs a token for a user whom the application has made sure of. Default life: an hour. */
  issueToken(user: TokenUser, life?: TokenLife): Promise<string>;

  /** Listens. Rejects with UNAVAILABLE, in one line, when it cannot. Idempotent. */
  start(): Promise<void>;
  /** Refuses what is new, ends streams, closes sockets with 4001 and resolves. Idempotent. */
  stop(): Promise<void>;
  /** Serves `/trpc` and its upgrades on a server of the application's, beside all else it serves. */
  readonly attach: Attach;
  /** HTTP and SSE for any runtime with Request and Response. WebSockets need `attach` or `start`. */
  handler(request: Request): Promise<Response>;
  /** The port that `start` listens on; the configured one before. */
  readonly port: number;
  /** Where `start` listens, for a client on this machine. */
  readonly url: string;
}
