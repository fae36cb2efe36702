import type { EnvelopeOf } from "./envelope.ts";
import type { EventDefinition, EventNamed, InputOf, NameOf } from "./event.ts";
import type { JsonObject } from "./json.ts";

/** Public rooms are open to everyone; private ones to their members. */
export type Visibility = "public" | "private";

/** A room as the application defines it. */
export interface RoomDefinition<Events extends readonly EventDefinition[] = readonly EventDefinition[]> {
  readonly name: string;
  readonly description?: string;
  /** Every event that may be triggered here. */
  readonly events: Events;
  /** The events that handlers see until they `subscribe` to others. Default: all of them. */
  readonly defaultSubscriptions?: readonly NameOf<NoInfer<Events>[number]>[];
  /** How many users may attend at once. Default: no bound. */
  readonly maxSize?: number;
  /** On the first join, start at the n-th last event of the default subscriptions; `true`: at the oldest kept. */
  readonly syncHistoryOnJoin?: boolean | number;
  /** The user who owns the room: its first member; where it was made at run time, the one who may change and delete it. */
  readonly createdById?: string;
  /** Default: public. */
  readonly visibility?: Visibility;
  readonly metadata?: JsonObject;
}

/** The events of each configured room, by room id: all that the types of a Dialogue depend on. */
export type RoomEvents = Readonly<Record<string, readonly EventDefinition[]>>;

/** The ids of the configured rooms. */
export type RoomIdOf<Rooms extends RoomEvents> = keyof Rooms & string;

/**
 * A room: a configured one by its id, one made at run time by an object that bears its id. A misspelt
 * configured id does not compile.
 */
export type RoomRef<Rooms extends RoomEvents> = RoomIdOf<Rooms> | { readonly id: string };

/** The events that may be triggered in a room: its own, or for a room made at run time any of the application's. */
export type EventsIn<Rooms extends RoomEvents, Ref> = Ref extends keyof Rooms
  ? Rooms[Ref][number]
  : Rooms[keyof Rooms][number];

/** The names of the events of a room. */
export type EventNameIn<Rooms extends RoomEvents, Ref> = NameOf<EventsIn<Rooms, Ref>>;

/** What `trigger` takes for a named event of a room. */
export type InputIn<Rooms extends RoomEvents, Ref, Name extends string> = InputOf<
  EventNamed<EventsIn<Rooms, Ref>, Name>
>;

/** The envelope of a named event of a room. */
export type EnvelopeIn<Rooms extends RoomEvents, Ref, Name extends string> = EnvelopeOf<
  EventNamed<EventsIn<Rooms, Ref>, Name>
>;

/** What carries the types of a Dialogue from the server to its clients; there is no value behind it. */
export interface DialogueTypes<Rooms extends RoomEvents = RoomEvents> {
  readonly $rooms?: Rooms;
}

/** The rooms of `typeof dialogue`. */
export type RoomsOf<Dialogue extends DialogueTypes> = NonNullable<Dialogue["$rooms"]>;

/** Defines a room outside of `createDialogue`, so that packages can share it. */
export function defineRoom<const Events extends readonly EventDefinition[]>(
  room: RoomDefinition<Events>,
): RoomDefinition<Events> {
  return Object.freeze({ ...room });
}

/** What a caller may know of a room. */
export interface RoomInfo {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  /** The names of its events. */
  readonly events: readonly string[];
  /** The names of those among them that are ephemeral. */
  readonly signals?: readonly string[];
  readonly defaultSubscriptions: readonly string[];
  readonly maxSize?: number;
  readonly createdById?: string;
  readonly visibility: Visibility;
  readonly metadata?: JsonObject;
  /** How many users attend now. */
  readonly size: number;
}
