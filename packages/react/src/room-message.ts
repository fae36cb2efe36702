import type { FailedEvent, PendingEvent } from "@dialogue/client";
import type {
  DialogueTypes,
  DurableEnvelope,
  EventDefinition,
  EventNamed,
  EventsIn,
  InputOf,
  NameOf,
  RoomsOf,
  Wire,
  WireOf,
} from "@dialogue/events";

/** An event of the room's log. */
export interface SentMessage<Name extends string = string, Data = unknown> extends DurableEnvelope<Name, Data> {
  readonly status: "sent";
}

/** An event of one's own on its way; it will bear the same id in the log. Its timestamp is this machine's. */
export type PendingMessage<Name extends string = string, Data = unknown> = PendingEvent<Name, Data>;

/** An event of one's own that was refused or could not be sent: `retry` sends it again under its id. */
export type FailedMessage<Name extends string = string, Data = unknown> = FailedEvent<Name, Data>;

/** What a list of messages holds for these events. */
export type RoomMessage<Event extends EventDefinition = EventDefinition> = Event extends EventDefinition
  ?
      | SentMessage<NameOf<Event>, WireOf<Event>>
      | PendingMessage<NameOf<Event>, Wire<InputOf<Event>>>
      | FailedMessage<NameOf<Event>, Wire<InputOf<Event>>>
  : never;

/** The durable events of a room. */
export type DurableIn<Dialogue extends DialogueTypes, Ref> = DurableAmong<EventsIn<RoomsOf<Dialogue>, Ref>>;

/** The events of a room that bear one of these names; where the names are not known to the compiler, any. */
export type DurableNamed<
  Dialogue extends DialogueTypes,
  Ref,
  Name extends string,
> = string extends keyof RoomsOf<Dialogue> ? EventDefinition : EventNamed<DurableIn<Dialogue, Ref>, Name>;

type DurableAmong<Event extends EventDefinition> = Event extends EventDefinition
  ? "durable" extends Event["delivery"]
    ? Event
    : never
  : never;
