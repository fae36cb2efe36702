import type {
  Cursor,
  DialogueError,
  DialogueTypes,
  DurableEnvelope,
  EventNameIn,
  JsonObject,
  RoomInfo,
  RoomRef,
  RoomsOf,
  Visibility,
} from "@dialogue/events";
import type { ConnectionState, ConnectionStatus } from "./connection-status.ts";
import type { Live } from "./live.ts";
import type { Outbox } from "./outbox.ts";
import type { RoomContext, Untyped } from "./room-context.ts";

/** What may be said of a room. */
export interface RoomFacts {
  readonly name: string;
  readonly description?: string;
  /** How many users may attend at once. */
  readonly maxSize?: number;
  readonly metadata?: JsonObject;
}

/** What makes a room at run time; its creator owns it. */
export interface NewRoom<Name extends string = string> extends RoomFacts {
  readonly id: string;
  /** The names of its events. Default: every one of the application's. */
  readonly events?: readonly Name[];
  readonly defaultSubscriptions?: readonly Name[];
  readonly syncHistoryOnJoin?: boolean | number;
  /** Default: public. */
  readonly visibility?: Visibility;
}

/** The same with the names of that Dialogue's events. */
export type NewRoomOf<Dialogue extends DialogueTypes> = NewRoom<
  EventNameIn<RoomsOf<Dialogue>, { readonly id: string }>
>;

/** How a room is joined. */
export interface JoinOptions {
  /** Begin right after this place (`HistoryPage.end`) and not where the room begins. Of no effect on a joined room. */
  readonly cursor?: Cursor;
}

/**
 * One user's client. Every promise may be left floating: a failure that nobody awaits goes to `onError`.
 * Each `on…` answers how to stop.
 */
export interface DialogueClient<Dialogue extends DialogueTypes = Untyped> {
  /** As the server verified it; before the first connect what `auth.userId` says, or the empty string. */
  readonly userId: string;
  readonly state: ConnectionState;
  /** The state, why it is so, and when the next try begins. */
  readonly connection: Live<ConnectionStatus>;

  /** This user's durable events that the server has not accepted yet. */
  readonly outbox: Outbox;

  /**
   * Resolves once the server's `onConnected` has run. Rejects, and is disconnected, at a final refusal and with
   * TIMEOUT when nobody could be reached in time. Calls at the same time share one attempt.
   */
  connect(): Promise<void>;
  /** Leaves every room and ends the connection; triggers under way are refused. Resolves when the server was told. */
  disconnect(): Promise<void>;

  /** Attends a room. Joining again, or at the same time, answers the same room. */
  join<const Ref extends RoomRef<RoomsOf<Dialogue>>>(
    room: Ref,
    options?: JoinOptions,
  ): Promise<RoomContext<Dialogue, Ref>>;
  /** A joined room. */
  getRoom<const Ref extends RoomRef<RoomsOf<Dialogue>>>(room: Ref): RoomContext<Dialogue, Ref> | undefined;

  /** The rooms that this user may know of. */
  listRooms(): Promise<readonly RoomInfo[]>;
  createRoom(room: NewRoomOf<Dialogue>): Promise<RoomInfo>;
  updateRoom(room: RoomRef<RoomsOf<Dialogue>>, change: Partial<RoomFacts>): Promise<RoomInfo>;
  deleteRoom(room: RoomRef<RoomsOf<Dialogue>>): Promise<void>;

  /** At each connect, the first and those after a lost connection. */
  onConnect(listen: () => unknown): () => void;
  /** At each lost or ended connection. */
  onDisconnect(listen: (reason: string) => unknown): () => void;
  /** Everything that failed without a promise to say so. */
  onError(listen: (error: DialogueError) => unknown): () => void;
  /** Once for each join: the replayed events of the room's default subscriptions, oldest first, at most the newest thousand. */
  onHistory(listen: (roomId: string, events: readonly DurableEnvelope[]) => unknown): () => void;
}
