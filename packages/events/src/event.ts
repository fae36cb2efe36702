import { DialogueError } from "./errors.ts";
import type { Wire } from "./json.ts";
import { isSchema, type Schema } from "./schema.ts";
import { isVersioned, type PastVersion, type Versioned, versions } from "./versions.ts";

/** Durable events enter the room's log; ephemeral ones are signals that may be lost. */
export type Delivery = "durable" | "ephemeral";

/** How much of one durable event a room keeps, by the log's clock. What is beyond goes within `limits.retentionMs`, about. */
export interface HistoryPolicy {
  /** So many of the newest. */
  readonly limit?: number;
  /** None that is older, in milliseconds. */
  readonly maxAge?: number;
}

/** One kind of event: its name, the schema of its data, and how it is delivered. Made by `defineEvent`. */
export interface EventDefinition<
  Name extends string = string,
  DataSchema extends Schema = Schema,
  Kind extends Delivery = Delivery,
> {
  readonly name: Name;
  /** Of the data as it is made today. */
  readonly schema: DataSchema;
  /** Counts the forms that the data has had: 1, 2, 3 … */
  readonly version: number;
  /** The forms before today's, oldest first. */
  readonly past: readonly PastVersion[];
  readonly delivery: Kind;
  readonly description?: string;
  /** The field of the data that must equal the envelope's `from`. */
  readonly author?: string;
  readonly history?: HistoryPolicy;
}

/** What `defineEvent` takes beside the name. */
export interface EventOptions<DataSchema extends Schema, Kind extends Delivery> {
  /** Any zod 4 schema; with its history, `versions(first).next(second, upcast)`, events of every version are read as the latest. */
  readonly schema: DataSchema | Versioned<DataSchema>;
  readonly description?: string;
  /** Default: durable; ephemeral for an event named `typing`. */
  readonly delivery?: Kind;
  /** The field of the data that must equal the envelope's `from`; another value is refused. */
  readonly author?: StringFieldOf<DataSchema["_zod"]["output"]>;
  readonly history?: HistoryPolicy;
}

/** What `trigger` takes for an event. */
export type InputOf<Event extends EventDefinition> = Event["schema"]["_zod"]["input"];

/** What the event's schema makes of the input: what handlers on the server hold. */
export type DataOf<Event extends EventDefinition> = Event["schema"]["_zod"]["output"];

/** The data as it stands in the log and reaches every client: a Date is a string. */
export type WireOf<Event extends EventDefinition> = Wire<DataOf<Event>>;

/** The names of a union of events. */
export type NameOf<Event extends EventDefinition> = Event["name"];

/** The events of a union that carry a name. */
export type EventNamed<Event extends EventDefinition, Name extends string> = Extract<Event, { readonly name: Name }>;

type StringFieldOf<Data> = Data extends object
  ? { [Key in keyof Data & string]-?: Data[Key] extends string ? Key : never }[keyof Data & string]
  : never;

/** Ephemeral by nature: nobody wants yesterday's "is typing". */
type DefaultDelivery<Name extends string> = Name extends "typing" ? "ephemeral" : "durable";

const namePattern = /^[A-Za-z0-9_.:/-]{1,64}$/;

/**
 * Defines an event once for every side. The name is 1–64 letters, digits and `_ . : / -`. Throws
 * INVALID_REQUEST for a name, a schema or a history that cannot be used.
 */
export function defineEvent<
  const Name extends string,
  DataSchema extends Schema,
  Kind extends Delivery = DefaultDelivery<Name>,
>(name: Name, options: EventOptions<DataSchema, Kind>): EventDefinition<Name, DataSchema, Kind>;
export function defineEvent(name: string, options: EventOptions<Schema, Delivery>): EventDefinition {
  if (!namePattern.test(name))
    throw new DialogueError(
      "INVALID_REQUEST",
      `cannot define event ${JSON.stringify(name)}: a name is 1-64 letters, digits and _ . : / -`,
    );
  const { latest: schema, past } = isVersioned(options.schema) ? options.schema : versions(options.schema);
  for (const version of [...past, { schema }])
    if (!isSchema(version.schema))
      throw new DialogueError("INVALID_REQUEST", `cannot define event ${name}: its schema is not a zod 4 schema`);
  checkHistory(name, options.history);
  const delivery = options.delivery ?? (name === "typing" ? "ephemeral" : "durable");
  return Object.freeze({ ...options, name, schema, version: past.length + 1, past, delivery });
}

function checkHistory(name: string, { limit, maxAge }: HistoryPolicy = {}): void {
  const refuse = (why: string): never => {
    throw new DialogueError("INVALID_REQUEST", `cannot define event ${name}: ${why}`);
  };
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 0)) refuse("its history's limit is not a count");
  if (maxAge !== undefined && !(Number.isFinite(maxAge) && maxAge > 0))
    refuse("its history's maxAge is not a number of milliseconds");
}
