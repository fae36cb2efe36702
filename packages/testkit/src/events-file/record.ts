import { type Delivery, DialogueError, type EventDefinition } from "@dialogue/events";
import { type JsonSchema, jsonSchemaOf } from "./json-schema.ts";

/** One form of an event's data. */
export interface VersionRecord {
  /** What a trigger takes. */
  readonly input: JsonSchema;
  /** What stands in the log, and reaches every client. */
  readonly output: JsonSchema;
}

/** What is kept of one definition. */
export interface EventRecord {
  readonly delivery: Delivery;
  readonly author?: string;
  /** The first is version 1. */
  readonly versions: readonly VersionRecord[];
}

/** What is kept of an application's events, by name. */
export type EventsRecord = Readonly<Record<string, EventRecord>>;

/**
 * What is to be kept of all events among `sources`: definitions, rooms, lists of either, modules that export them. Throws
 * INVALID_REQUEST for two that bear one name and are not the same.
 */
export function recordEvents(...sources: readonly unknown[]): EventsRecord {
  const records = new Map<string, EventRecord>();
  for (const event of sources.flatMap(eventsIn)) {
    const record = recordOf(event);
    const known = records.get(event.name);
    if (known && JSON.stringify(known) !== JSON.stringify(record))
      throw new DialogueError("INVALID_REQUEST", `cannot record event ${event.name}: two that differ bear the name`);
    records.set(event.name, record);
  }
  return Object.fromEntries([...records].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function recordOf({ delivery, author, past, schema }: EventDefinition): EventRecord {
  const schemas = [...past.map((version) => version.schema), schema];
  const versions = schemas.map((one) => ({ input: jsonSchemaOf(one, "input"), output: jsonSchemaOf(one, "output") }));
  return author === undefined ? { delivery, versions } : { delivery, author, versions };
}

function eventsIn(source: unknown): readonly EventDefinition[] {
  if (typeof source !== "object" || source === null) return [];
  if (isDefinition(source)) return [source];
  if (Array.isArray(source)) return source.flatMap(eventsIn);
  if ("events" in source && Array.isArray(source.events)) return source.events.flatMap(eventsIn);
  return Object.values(source).filter(isSource).flatMap(eventsIn);
}

/** Of what a module exports only this is looked into. */
function isSource(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray(value) || isDefinition(value) || ("events" in value && Array.isArray(value.events));
}

function isDefinition(value: object): value is EventDefinition {
  return "name" in value && "schema" in value && "delivery" in value && "version" in value && "past" in value;
}
