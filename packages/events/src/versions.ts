import type { JsonValue, Unfrozen, Wire } from "./json.ts";
import type { Schema } from "./schema.ts";

/** A form that an event's data had once, and the way to the one after it. */
export interface PastVersion {
  readonly schema: Schema;
  /** Makes of data as it was stored what the next schema takes. */
  readonly upcast: (data: JsonValue) => unknown;
}

/** Every form that an event's data has had: the first is version 1, the latest is today's. */
export interface Versioned<Latest extends Schema = Schema> {
  readonly latest: Latest;
  /** Those before it, oldest first. */
  readonly past: readonly PastVersion[];
}

/** The same, to be gone on with. Made by `versions`. */
export interface Versions<Latest extends Schema = Schema> extends Versioned<Latest> {
  /**
   * The next version, and how data of the last one becomes what it takes. `upcast` gets a copy of the data as it stands in the
   * log (a Date is a string), and should need nothing else: it runs whenever an old event is read.
   */
  next<Next extends Schema, const Data extends Unfrozen<Next["_zod"]["input"]>>(
    schema: Next,
    upcast: (data: Wire<Latest["_zod"]["output"]>) => Data,
  ): Versions<Next>;
}

/** Begins the versions of an event's data with the first: `schema: versions(v1).next(v2, (old) => …)`. */
export function versions<First extends Schema>(schema: First): Versions<First> {
  return versionsUpTo(schema, []);
}

/** True for what `versions` made. */
export function isVersioned(value: unknown): value is Versioned {
  return typeof value === "object" && value !== null && "latest" in value && "past" in value;
}

function versionsUpTo<Latest extends Schema>(latest: Latest, past: readonly PastVersion[]): Versions<Latest> {
  return Object.freeze({
    latest,
    past: Object.freeze(past),
    next<Next extends Schema>(schema: Next, upcast: (data: Wire<Latest["_zod"]["output"]>) => unknown) {
      // What the log holds of a version is that version's wire form: its schema made it.
      const fromStored = (data: JsonValue) => upcast(data as Wire<Latest["_zod"]["output"]>);
      return versionsUpTo(schema, [...past, { schema: latest, upcast: fromStored }]);
    },
  });
}
