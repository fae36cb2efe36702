import { DialogueError, type EventDefinition, type JsonValue, parse, type Schema, toWire } from "@dialogue/events";

/**
 * Data of an older version in today's wire form: through every upcast in turn, each result made by its own version's schema.
 * Rejects with VALIDATION_FAILED when an upcast throws or a schema refuses what it made. The data given is left as it is.
 */
export async function upcast(event: EventDefinition, version: number, data: JsonValue): Promise<JsonValue> {
  return storedForm(event.schema, await inputOfToday(event, version, data), whatIs(event, event.version));
}

/** What today's schema refused, as the newest older version that takes it has it today; undefined when there is none. */
export async function lift(event: EventDefinition, raw: unknown): Promise<{ readonly input: unknown } | undefined> {
  for (let version = event.past.length; version > 0; version--) {
    try {
      return { input: await liftFrom(event, version, raw) };
    } catch (error) {
      // Not of that version: the one before may be it.
      if (!(error instanceof DialogueError && error.code === "VALIDATION_FAILED")) throw error;
    }
  }
  return undefined;
}

async function liftFrom(event: EventDefinition, version: number, raw: unknown): Promise<unknown> {
  const schema = event.past[version - 1]?.schema ?? event.schema;
  const input = await inputOfToday(event, version, await storedForm(schema, raw, whatIs(event, version)));
  await parse(event.schema, input, whatIs(event, event.version));
  return input;
}

async function inputOfToday(event: EventDefinition, version: number, data: JsonValue): Promise<unknown> {
  let stored = data;
  for (let from = version; from < event.version - 1; from++) {
    const schema = event.past[from]?.schema ?? event.schema;
    stored = await storedForm(schema, takeStep(event, from, stored), whatIs(event, from + 1));
  }
  return takeStep(event, event.version - 1, stored);
}

function takeStep(event: EventDefinition, from: number, data: JsonValue): unknown {
  const step = event.past[from - 1];
  const what = `${whatIs(event, from)} as version ${from + 1}`;
  if (!step) throw new DialogueError("INTERNAL", `cannot read ${what}: the definition has no way there`);
  try {
    // A copy: what the upcast does to it reaches nobody else.
    return step.upcast(jsonOf(data, what));
  } catch (cause) {
    throw new DialogueError("VALIDATION_FAILED", `cannot read ${what}: its upcast failed`, { cause });
  }
}

async function storedForm(schema: Schema, input: unknown, what: string): Promise<JsonValue> {
  return jsonOf(await parse(schema, input, what), what);
}

function jsonOf(value: unknown, what: string): JsonValue {
  return toWire(value, what).data as JsonValue; // it came out of JSON.parse
}

function whatIs({ name }: EventDefinition, version: number): string {
  return `${name} of version ${version}`;
}
