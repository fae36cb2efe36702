import type { Delivery, EventDefinition, NameOf, WireOf } from "./event.ts";
import type { JsonObject } from "./json.ts";

/** Free facts beside an event's data, given by whoever triggers it; bounded by `limits.metaBytes`. */
export type Meta = JsonObject;

/** An event as everyone reads it. */
export interface Envelope<Name extends string = string, Data = unknown> {
  /** Made by whoever triggered it; unique in its room; the key that makes a resend harmless. */
  readonly id: string;
  readonly roomId: string;
  readonly event: Name;
  readonly data: Data;
  /** The user who triggered it, as the server verified it; `"system"` for the server itself. */
  readonly from: string;
  /** When it was accepted, in milliseconds since 1970, by the log's clock. */
  readonly timestamp: number;
  readonly meta?: Meta;
}

/** A durable event: its `seq` is 1, 2, 3 … in its room, without a hole. */
export interface DurableEnvelope<Name extends string = string, Data = unknown> extends Envelope<Name, Data> {
  readonly seq: number;
}

/** The envelope of an event as clients and the log hold it. */
export type EnvelopeOf<Event extends EventDefinition> = Event extends EventDefinition
  ? EnvelopeFor<Event["delivery"], NameOf<Event>, WireOf<Event>>
  : never;

/** An envelope of the given delivery. */
export type EnvelopeFor<Kind extends Delivery, Name extends string, Data> = Kind extends "durable"
  ? DurableEnvelope<Name, Data>
  : Envelope<Name, Data>;

/** The user id that stands for the server itself; no token may bear it. */
export const systemUser = "system";
