import { DialogueError, type JsonObject, type JsonValue } from "@dialogue/events";

const forbiddenKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** NUL, which databases refuse, and halves of surrogate pairs, which have no UTF-8. */
const unstorable = /\0|\p{Surrogate}/u;

/**
 * Accepts what came out of JSON.parse when every part of it can be stored and read back. Throws
 * INVALID_REQUEST for nesting beyond `depth`, VALIDATION_FAILED for the rest.
 */
export function guardJson(value: unknown, depth: number, what: string): asserts value is JsonValue {
  if (typeof value === "string") return guardText(value, what);
  if (typeof value !== "object" || value === null) return;
  if (depth <= 0) throw new DialogueError("INVALID_REQUEST", `cannot accept ${what}: it nests too deep`);
  for (const [key, inner] of Object.entries(value)) {
    if (forbiddenKeys.has(key))
      throw new DialogueError("VALIDATION_FAILED", `cannot accept ${what}: a key is reserved`);
    guardText(key, what);
    guardJson(inner, depth - 1, what);
  }
}

/** True for a JSON object, as opposed to an array or a bare value. */
export function isJsonObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function guardText(text: string, what: string): void {
  if (unstorable.test(text))
    throw new DialogueError("VALIDATION_FAILED", `cannot accept ${what}: a text holds NUL or half a surrogate pair`);
}
