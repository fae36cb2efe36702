import type {
  Action,
  Backplane,
  Can,
  ConnectedClient,
  Hooks,
  Log,
  Logger,
  Membership,
  PresenceStore,
  RoomChange,
  User,
} from "@dialogue/core";
import type {
  DataOf,
  DialogueTypes,
  Envelope,
  EnvelopeFor,
  EventDefinition,
  EventsIn,
  HistoryPage,
  HistoryQuery,
  InputOf,
  JsonObject,
  Limits,
  Meta,
  NameOf,
  PublicUser,
  RoomDefinition,
  RoomEvents,
  RoomIdOf,
  RoomInfo,
  RoomRef,
} from "@dialogue/events";
import type { IncomingHttpHeaders, Server as HttpServer } from "node:http";
export type { Action, Envelope, HistoryQuery, JsonObject, PublicUser };

/** What a connection or request brings to prove who it is. */
export interface Credentials {
  /** From `connectionParams.token` or an `authorization: Bearer` header. */
  readonly token: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly connectionParams: Readonly<Record<string, string>> | undefined;
}

/** Says who somebody is. A throw, or anything but a user, refuses with UNAUTHENTICATED. */
export type Authenticate = (credentials: Credentials) => User | undefined | Promise<User | undefined>;

/** What makes a Dialogue. */
export interface DialogueConfig<Rooms extends RoomEvents, Extra extends readonly EventDefinition[] = readonly []> {
  /** Where `start` listens. Default 3000; 0 for any free port. */
  readonly port?: number;
  readonly rooms: { readonly [Id in keyof Rooms]: RoomDefinition<Rooms[Id]> };
  /** Further events, for rooms made at run time. */
  readonly events?: Extra;
  readonly hooks?: Hooks<NoInfer<Rooms>>;
  readonly authenticate?: Authenticate;
  /** The key of the tokens of `issueToken`, 32 characters or more. Default: one made at start, so that tokens end with the process. */
  readonly secret?: string;
  readonly can?: Can;
  readonly log?: Log;
  readonly backplane?: Backplane;
  readonly presence?: PresenceStore;
  readonly logger?: Logger;
  readonly limits?: Partial<Limits>;
}

/** An event as a handler on the server holds it: `data` is what the schema made of it. */
export type HandledEvent<Event extends EventDefinition> = EnvelopeFor<Event["delivery"], NameOf<Event>, DataOf<Event>>;

/** A room as the application holds it. */
export interface Room<Rooms extends RoomEvents, Ref> {
  readonly id: string;
  trigger<Event extends EventsIn<Rooms, Ref>>(event: Event, data: InputOf<Event>, by?: By): Promise<EnvelopeFor<Event["delivery"], NameOf<Event>, unknown>>;
  on<Event extends EventsIn<Rooms, Ref>>(event: Event, handle: (event: HandledEvent<Event>) => unknown): () => void;
  history(query?: HistoryQuery): Promise<HistoryPage>;
  members(): Promise<readonly Membership[]>;
}

/** Who triggers: a user's id, or that with an id of the event or meta. Default: `"system"`. */
export type By = string | { readonly from?: string; readonly id?: string; readonly meta?: Meta };

/** A running chat: its router, its server, and the application's own hands on its rooms. */
export interface Dialogue<Rooms extends RoomEvents> extends DialogueTypes<Rooms> {
  trigger<Ref extends RoomRef<Rooms>, Event extends EventsIn<Rooms, Ref>>(
    room: Ref,
    event: Event,
    data: InputOf<Event>,
    by?: By,
  ): Promise<EnvelopeFor<Event["delivery"], NameOf<Event>, unknown>>;
  on<Ref extends RoomRef<Rooms>, Event extends EventsIn<Rooms, Ref>>(
    room: Ref,
    event: Event,
    handle: (event: HandledEvent<Event>) => unknown,
  ): () => void;
  room<Ref extends RoomRef<Rooms>>(room: Ref): Room<Rooms, Ref>;
  getClients(userId: string): readonly ConnectedClient<Rooms>[];
  attach(server: HttpServer): void;
  updateRoom(room: RoomRef<Rooms>, change: RoomChange): Promise<RoomInfo>;
  ids(): RoomIdOf<Rooms>[];
}
export declare function createDialogue<
  const Rooms extends RoomEvents,
  const Extra extends readonly EventDefinition[] = readonly [],
>(config: DialogueConfig<Rooms, Extra>): Dialogue<Rooms>;
