import type {
  ConnectionStatus,
  DialogueClient,
  NewRoomOf,
  RoomContext,
  RoomFacts,
  TriggerOptions,
  Untyped,
} from "@dialogue/client";
import type {
  DialogueError,
  DialogueTypes,
  Envelope,
  EnvelopeOf,
  EventDefinition,
  EventNamed,
  EventsIn,
  HistoryPage,
  InputOf,
  NameOf,
  PublicUser,
  RoomInfo,
  RoomRef,
  RoomsOf,
} from "@dialogue/events";
import type { ReactNode } from "react";
import type { DurableIn, DurableNamed, RoomMessage } from "./room-message.ts";

/**
 * The hooks of one Dialogue. Whoever uses a room attends it: the first user joins, the last one leaves a while after
 * it has gone. Failures are values; no hook throws but for a missing provider.
 */
export interface DialogueHooks<Dialogue extends DialogueTypes = Untyped> {
  /**
   * Connects the client for what is inside, and tries again by itself where nobody answered the first connect.
   * Disconnecting is up to whoever made the client.
   */
  DialogueProvider(props: DialogueProviderProps<Dialogue>): ReactNode;
  /** The provider's client. */
  useDialogue(): DialogueClient<Dialogue>;
  useConnection(): Connection;
  /** Attends the room while mounted. */
  useRoom<const Ref extends RoomRef<RoomsOf<Dialogue>>>(room: Ref): RoomState<RoomContext<Dialogue, Ref>>;
  /** The rooms this user may know of, asked for again at each connect, at each change of one's own, and now and then. */
  useRooms(): Rooms<Dialogue>;
  /** The room's log as one list, with what is on its way to it. */
  useMessages<
    const Ref extends RoomRef<RoomsOf<Dialogue>>,
    const Name extends NameOf<DurableIn<Dialogue, Ref>> = NameOf<DurableIn<Dialogue, Ref>>,
  >(room: Ref, options?: MessagesOptions<Name>): Messages<RoomMessage<DurableNamed<Dialogue, Ref, Name>>>;
  /** Who else types now. */
  useTyping<const Ref extends RoomRef<RoomsOf<Dialogue>>>(room: Ref): readonly PublicUser[];
  /** Who is here now, oneself included; nobody while that is not known. */
  usePresence<const Ref extends RoomRef<RoomsOf<Dialogue>>>(room: Ref): readonly PublicUser[];
  /** A function that stays the same. A durable event shows in the room's lists at once. */
  useTrigger<const Ref extends RoomRef<RoomsOf<Dialogue>>>(room: Ref): Trigger<Dialogue, Ref>;
  /**
   * How many events of others came after the given seq (what was read; 0: nothing). With the same options it shares
   * the list of `useMessages`, and counts what that list holds.
   */
  useUnread<
    const Ref extends RoomRef<RoomsOf<Dialogue>>,
    const Name extends NameOf<DurableIn<Dialogue, Ref>> = NameOf<DurableIn<Dialogue, Ref>>,
  >(room: Ref, after: number, options?: MessagesOptions<Name>): Unread;
}

export interface DialogueProviderProps<Dialogue extends DialogueTypes = Untyped> {
  readonly client: DialogueClient<Dialogue>;
  /** How long a room is attended after its last user has gone, in milliseconds; of the first provider of a client. Default 1,000. */
  readonly lingerMs?: number;
  readonly children?: ReactNode;
}

/** How the client stands with its server. */
export interface Connection extends ConnectionStatus {
  /** As the server verified it; before the first connect what the client was given, or the empty string. */
  readonly userId: string;
  /** Tries at once. */
  connect(): void;
}

/** Where one stands with a room. `retry` joins again after a failure. */
export type RoomState<Room> =
  | { readonly status: "joining"; readonly room: undefined; readonly error: undefined; retry(): void }
  | { readonly status: "joined"; readonly room: Room; readonly error: undefined; retry(): void }
  | { readonly status: "failed"; readonly room: undefined; readonly error: DialogueError; retry(): void };

/** The rooms and what can be done with them. */
export interface Rooms<Dialogue extends DialogueTypes = Untyped> {
  readonly status: "loading" | "ready" | "failed";
  readonly rooms: readonly RoomInfo[];
  /** Why the last time of asking failed; the rooms are those of the time before. */
  readonly error: DialogueError | undefined;
  refresh(): void;
  create(room: NewRoomOf<Dialogue>): Promise<RoomInfo>;
  update(room: RoomRef<RoomsOf<Dialogue>>, change: Partial<RoomFacts>): Promise<RoomInfo>;
  remove(room: RoomRef<RoomsOf<Dialogue>>): Promise<void>;
}

/** Which events a list holds, and how many. */
export interface MessagesOptions<Name extends string = string> {
  /** Only events of these names. Default: every durable event of the room. */
  readonly events?: readonly Name[];
  /** Events asked for at once, 1–200. Default 50. */
  readonly pageSize?: number;
  /**
   * The most events held, at least two pages. Default 1,000. Beyond it those at the other end are let go, a page at a
   * time, and can be loaded again.
   */
  readonly keep?: number;
  /**
   * The most events held while the reader follows what comes live, as `follow` tells; at least two pages, at most
   * `keep`, which is the default. Beyond it the oldest page is let go. A list that draws only what is in view, and
   * loads again what its reader scrolls back to, stays small with a low number here.
   */
  readonly keepAtEnd?: number;
  /** The page that was rendered on the server, of the same events: the list begins with it and goes on from its end. */
  readonly initial?: HistoryPage;
}

/**
 * A stretch of the room's log, in its order, without a repeat or a hole, followed by one's own events that have not
 * entered it. A message is the same object until it changes. The `load…` functions resolve with whether it worked.
 */
export interface Messages<Message> {
  /** `loading`: nothing is known yet. `failed`: the room or its first page could not be had; `reload` tries again. */
  readonly status: "loading" | "ready" | "failed";
  /** Why the room, or the last page that was asked for, could not be had. */
  readonly error: DialogueError | undefined;
  readonly messages: readonly Message[];
  /** Whether the log goes on before the first message. */
  readonly hasOlder: boolean;
  /** Whether the log goes on after the last one: new events do not show until `loadNewer` or `loadNewest` get there. */
  readonly hasNewer: boolean;
  /** The page that is on its way. */
  readonly paging: "older" | "newer" | "newest" | "around" | undefined;
  /** The highest seq heard of in the room, of whatever event. */
  readonly head: number;
  loadOlder(): Promise<boolean>;
  loadNewer(): Promise<boolean>;
  /** Back to the end of the log. */
  loadNewest(): Promise<boolean>;
  /** Shows the log around the event with that id. At once where the list holds it. */
  loadAround(id: string): Promise<boolean>;
  /** Joins again where that failed, and loads the list anew. */
  reload(): void;
  /** Sends a failed message again, under its id. */
  retry(id: string): void;
  /** Forgets a failed message. */
  discard(id: string): void;
  /**
   * Tells whether the reader is at the end, as it is at first. There new events push old ones out of a full list;
   * elsewhere the list stays as it is and new events wait behind `hasNewer`.
   */
  follow(isAtEnd: boolean): void;
}

/**
 * Sends an event. A failure shows in the room's lists, or for an ephemeral event goes to the client's `onError`. What
 * neither can tell (data that is no JSON, an id that is on its way already) goes to the console where nobody awaits it.
 */
export type Trigger<Dialogue extends DialogueTypes = Untyped, Ref = string> = string extends keyof RoomsOf<Dialogue>
  ? (name: string, data: unknown, options?: TriggerOptions) => Promise<Envelope>
  : TypedTrigger<EventsIn<RoomsOf<Dialogue>, Ref>>;

type TypedTrigger<Events extends EventDefinition> = <Name extends NameOf<Events>>(
  name: Name,
  data: InputOf<EventNamed<Events, Name>>,
  options?: TriggerOptions,
) => Promise<EnvelopeOf<EventNamed<Events, Name>>>;

/** How much there is to read. */
export interface Unread {
  readonly count: number;
  /** Whether there are more than could be counted. */
  readonly isMore: boolean;
}
