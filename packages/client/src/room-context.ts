import type {
  Cursor,
  DialogueError,
  DialogueTypes,
  DurableEnvelope,
  Envelope,
  EnvelopeOf,
  EventDefinition,
  EventNamed,
  EventsIn,
  HistoryPage,
  HistoryQuery,
  InputOf,
  MessagesFrame,
  Meta,
  NameOf,
  PublicUser,
  RoomEvents,
  RoomInfo,
  RoomRef,
  RoomsOf,
  WireOf,
} from "@dialogue/events";
import type { Live } from "./live.ts";
import type { Reset } from "./log-stream.ts";

/** No types were given: any event name, unknown data. */
export type Untyped = DialogueTypes<RoomEvents>;

/** What may be given beside an event's data. */
export interface TriggerOptions {
  /** A UUID of the caller's, which makes a trigger repeated by hand harmless. Default: a new one. */
  readonly id?: string;
  readonly meta?: Meta;
}

/** Which page of one event's history. */
export type PageQuery = Omit<HistoryQuery, "events">;

/** A joined room: `RoomContext<typeof dialogue, "general">`, or `RoomContext` for one without types. */
export type RoomContext<
  Dialogue extends DialogueTypes = Untyped,
  Ref extends RoomRef<RoomsOf<Dialogue>> = RoomRef<RoomsOf<Dialogue>>,
> = string extends keyof RoomsOf<Dialogue> ? UntypedRoom : TypedRoom<EventsIn<RoomsOf<Dialogue>, Ref>>;

/** What every joined room has, typed or not. */
export interface RoomCommon<Name extends string, Event> {
  readonly roomId: string;
  readonly roomName: string;
  /** The room as it was at the last join. */
  readonly details: RoomInfo;
  /** Calls back for every event of the subscribed names. */
  onAny(listen: (event: Event) => unknown): () => void;
  /** The stream went on without some events: what was built from them is void, `getHistory` has the truth. */
  onReset(listen: (reset: Reset) => unknown): () => void;
  /** Events that may have been seen have lost their data: take off the screen what shows of them. Not told of what happens while the connection is lost. */
  onRedacted(listen: (seqs: readonly number[]) => unknown): () => void;
  /**
   * How far the frames have been told; undefined before the first. In a listener of a durable event it is the place right
   * after that event: what is built from the events and stored together with it goes on from there by `join`.
   */
  readonly cursor: Cursor | undefined;
  /**
   * How often an event came too early (a hole) or again (a repeat). Each was reported, and the stream asked for anew from
   * the last good cursor, so that listeners saw neither. 0 with a sound server.
   */
  readonly faults: number;
  /**
   * Calls back for every frame of the room's log, whatever is subscribed, with the place after it: where the stream
   * begins (again), each event, in order and without a hole, and each reset; a redaction besides, at the place that was reached.
   */
  onFrame(listen: (frame: MessagesFrame, cursor: Cursor) => unknown): () => void;
  /** Once, when the room is over for this client: left (no reason), refused, or the client was disconnected. */
  onClose(listen: (reason: DialogueError | undefined) => unknown): () => void;
  /** From here on listeners see events of that name too. */
  subscribe(name: Name): void;
  subscribeAll(): void;
  unsubscribe(name: Name): void;
  /** Who types now; nobody while the connection is lost. Followed while somebody listens. */
  readonly typing: Live<readonly PublicUser[]>;
  /** Who is here now; nobody while the connection is lost. Followed while somebody listens. */
  readonly presence: Live<readonly PublicUser[]>;
  /** Leaves the room: its events stop at once. */
  leave(): Promise<void>;
}

/** A room whose events are not known to the compiler. */
export interface UntypedRoom extends RoomCommon<string, Envelope> {
  /** Resolves with the accepted event. */
  trigger<Data = unknown>(name: string, data: Data, options?: TriggerOptions): Promise<Envelope<string, unknown>>;
  /** Calls back for each event of that name, once, in order; history that the room replays on join included. */
  on<Data = unknown>(name: string, listen: (event: Envelope<string, Data>) => unknown): () => void;
  /** A page of that event's history, or of several events'; of every event's for undefined. */
  getHistory(name?: string | readonly string[], query?: PageQuery): Promise<HistoryPage>;
}

/** A room whose events are known to the compiler. */
export interface TypedRoom<Events extends EventDefinition> extends RoomCommon<NameOf<Events>, EnvelopeOf<Events>> {
  /** Resolves with the accepted event. */
  trigger<Name extends NameOf<Events>>(
    name: Name,
    data: InputOf<EventNamed<Events, Name>>,
    options?: TriggerOptions,
  ): Promise<EnvelopeOf<EventNamed<Events, Name>>>;
  /** Calls back for each event of that name, once, in order; history that the room replays on join included. */
  on<Name extends NameOf<Events>>(
    name: Name,
    listen: (event: EnvelopeOf<EventNamed<Events, Name>>) => unknown,
  ): () => void;
  /** The same with the data's type written out; it must be one that the event's data fits. */
  on<Data extends object = never>(
    name: [Data] extends [never] ? never : NamesCarrying<Events, Data>,
    listen: (event: Envelope<NamesCarrying<Events, Data>, NoInfer<Data>>) => unknown,
  ): () => void;
  /** A page of that event's history, or of several events'. */
  getHistory<Name extends NameOf<Events>>(
    name: Name | readonly Name[],
    query?: PageQuery,
  ): Promise<HistoryPage<Durable<Events, Name>>>;
  /** A page of every event's history. */
  getHistory(name?: undefined, query?: PageQuery): Promise<HistoryPage<Durable<Events, NameOf<Events>>>>;
}

type Durable<Events extends EventDefinition, Name extends string> = Extract<
  EnvelopeOf<EventNamed<Events, Name>>,
  DurableEnvelope
>;

/** The names of the events whose data can be read as `Data`. */
type NamesCarrying<Events extends EventDefinition, Data> = Events extends EventDefinition
  ? Loose<WireOf<Events>> extends Loose<Data>
    ? NameOf<Events>
    : never
  : never;

/** An optional field may be absent or undefined, whatever the compiler's options say. */
type Loose<Data> = { readonly [Key in keyof Data]: undefined extends Data[Key] ? Data[Key] : OptionalOr<Data, Key> };

type OptionalOr<Data, Key extends keyof Data> = object extends Pick<Data, Key> ? Data[Key] | undefined : Data[Key];
