import type { JsonValue } from "@dialogue/events";
import type { JsonSchema } from "./json-schema.ts";

/** The few values that a schema names, if it does. */
export function valuesOf({ enum: values, const: value }: JsonSchema): readonly JsonValue[] | undefined {
  if (value !== undefined) return [value];
  return isList(values) ? values : undefined;
}

/** The schema without the values it names. */
export function withoutValues({ enum: _, const: __, ...rest }: JsonSchema): JsonSchema {
  return rest;
}

/** The properties that a schema of an object names. */
export function propertiesOf({ properties }: JsonSchema): Readonly<Record<string, JsonSchema>> {
  const entries = Object.entries(schemaIn(properties) ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, schemaIn(value) ?? {}]));
}

/** The schema that a keyword holds, if it holds one. */
export function schemaIn(value: JsonValue | undefined): JsonSchema | undefined {
  return typeof value === "object" && value !== null && !isList(value) ? value : undefined;
}

/** The schemas that a keyword lists, if it lists any. */
export function schemasIn(value: JsonValue | undefined): readonly JsonSchema[] | undefined {
  return isList(value) ? value.map((one) => schemaIn(one) ?? {}) : undefined;
}

/** The names that a keyword lists. */
export function namesIn(value: JsonValue | undefined): readonly string[] {
  return isList(value) ? value.map(String) : [];
}

/** True for a JSON array. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The number that a keyword holds; 0 for none. */
export function count(value: JsonValue | undefined): number {
  return typeof value === "number" ? value : 0;
}

/** True for the same JSON, whatever the order of its keys. */
export function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map((one) => sorted(one) ?? null);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner) ?? null]));
}
