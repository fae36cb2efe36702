import * as z from "zod";
import { DialogueError, type Issue } from "./errors.ts";
import type { Wire } from "./json.ts";

/**
 * Any zod 4 schema, told by its shape alone: an order of magnitude cheaper for the compiler than
 * `z.ZodType`.
 */
export interface Schema {
  readonly _zod: { readonly input: unknown; readonly output: unknown };
}

/** How many issues of one value are reported, and how long one message may be. */
const reportedIssues = 5;
const issueLength = 300;

/** True for what zod 4 (full, mini or core) made. */
export function isSchema(value: unknown): value is z.core.$ZodType {
  return value instanceof z.core.$ZodType;
}

/**
 * Parses with async refinements and transforms allowed. Throws VALIDATION_FAILED with the first
 * issues; what a refinement itself throws becomes its `cause`.
 */
export async function parse<S extends Schema>(schema: S, value: unknown, what: string): Promise<S["_zod"]["output"]> {
  if (!isSchema(schema)) throw new DialogueError("INTERNAL", `cannot parse ${what}: its schema is not a zod 4 schema`);
  const result = await z.core.safeParseAsync(schema, value).catch((cause: unknown) => {
    throw new DialogueError("VALIDATION_FAILED", `cannot accept ${what}: its schema failed`, { cause });
  });
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, reportedIssues).map(issueOf);
  throw new DialogueError("VALIDATION_FAILED", `cannot accept ${what}: ${summaryOf(issues)}`, { issues });
}

/** The value as it stands in the log and on the wire. Throws VALIDATION_FAILED for what JSON refuses. */
export function toWire<T>(value: T, what: string): { readonly json: string; readonly data: Wire<T> } {
  const json = toJson(value, what);
  return { json, data: JSON.parse(json) };
}

/** The value's JSON text. Throws VALIDATION_FAILED for what JSON refuses. */
export function toJson(value: unknown, what: string): string {
  try {
    // undefined has no JSON form; null is the nearest thing that has one.
    return JSON.stringify(value) ?? "null";
  } catch (cause) {
    throw new DialogueError("VALIDATION_FAILED", `cannot accept ${what}: it has no JSON form`, { cause });
  }
}

function issueOf(issue: { readonly path: readonly PropertyKey[]; readonly message: string }): Issue {
  return { path: issue.path.map(String).join("."), message: issue.message.slice(0, issueLength) };
}

function summaryOf(issues: readonly Issue[]): string {
  const [first] = issues;
  if (!first) return "it does not match its schema";
  return first.path === "" ? first.message : `${first.path}: ${first.message}`;
}
