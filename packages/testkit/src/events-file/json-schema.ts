import type { JsonValue, Schema } from "@dialogue/events";
import * as z from "zod";

/** A schema as the events file holds it: JSON Schema, and under `x-…` what JSON Schema has no word for. */
export interface JsonSchema {
  readonly [keyword: string]: JsonValue;
}

/** What a schema or a check of zod's was made with. */
type Made = Readonly<Record<string, unknown>>;

/** Say nothing of which values are accepted. */
const annotations = [
  "$schema",
  "title",
  "description",
  "examples",
  "default",
  "readOnly",
  "writeOnly",
  "deprecated",
  "id",
];
/** What a string's format may be told beside its pattern. */
const formatOptions = ["hostname", "protocol", "alg", "normalize"];

/** What a schema takes (`input`), or what it makes as it stands in the log (`output`). */
export function jsonSchemaOf(schema: Schema, io: "input" | "output"): JsonSchema {
  // A definition's schema was found to be one of zod's when it was defined.
  const { $schema: _, ...json } = z.toJSONSchema(schema as z.core.$ZodType, {
    io,
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      for (const keyword of annotations) delete jsonSchema[keyword];
      mark(jsonSchema, { ...zodSchema._zod.def }, io);
    },
  });
  return JSON.parse(JSON.stringify(json));
}

function mark(json: Record<string, unknown>, made: Made, io: "input" | "output"): void {
  const { type } = made;
  if (Object.keys(json).length === 0 && type !== "any" && type !== "unknown") json["x-type"] = type;
  if (type === "date" && io === "output") json.type = "string";
  if (type === "pipe") json["x-pipe"] = pipeOf(made);
  if (type === "union" && json.oneOf && made.inclusive !== false) {
    // The members of a discriminated union exclude each other.
    json.anyOf = json.oneOf;
    delete json.oneOf;
  }
  if (io === "input" && type === "catch") json["x-catch"] = true;
  if (io === "input" && made.coerce === true) json["x-coerce"] = type;
  markChecks(json, made);
}

function markChecks(json: Record<string, unknown>, made: Made): void {
  const added = Array.isArray(made.checks)
    ? made.checks.map((check: z.core.$ZodCheck): Made => ({ ...check._zod.def }))
    : [];
  const checks = made.check === undefined ? added : [made, ...added];
  const names = checks.map(({ check }) => check);
  const refinements = names.filter((name) => name === "custom").length;
  if (refinements > 0) json["x-refinements"] = refinements;
  // What comes before a change of the value and what comes after are not the same.
  if (names.includes("overwrite")) json["x-order"] = names;
  const formats = checks.flatMap(formatOf);
  if (formats.length > 0) json["x-format"] = formats;
}

function formatOf(check: Made): string[] {
  const { format, pattern } = check;
  const flags = pattern instanceof RegExp ? pattern.flags : "";
  const options = formatOptions.filter((option) => check[option] !== undefined && check[option] !== false);
  const told = options.map((option) => `${option}=${String(check[option])}`);
  return flags === "" && told.length === 0 ? [] : [[String(format), flags, ...told].join(" ")];
}

function pipeOf({ in: from, out: to }: Made): string {
  return `${partOf(from)} > ${partOf(to)}`;
}

function partOf(schema: unknown): string {
  if (!(schema instanceof z.core.$ZodType)) return "unknown";
  const made: Made = { ...schema._zod.def };
  return made.type === "pipe" ? `(${pipeOf(made)})` : String(made.type);
}
