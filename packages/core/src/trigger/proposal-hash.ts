import type { JsonObject, JsonValue } from "@dialogue/events";

/** What is hashed to tell a resend from another event under the same id: the proposal as it was given, as JSON. */
export interface HashedProposal {
  readonly event: string;
  readonly data: JsonValue;
  readonly meta: JsonObject | undefined;
}

/** The text of which a hash tells two proposals apart: the same for the same JSON, whatever the order of its keys. */
export function hashedText({ event, data, meta }: HashedProposal): string {
  return JSON.stringify([event, sorted(data), meta === undefined ? null : sorted(meta)]);
}

function sorted(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (isArray(value)) return value.map(sorted);
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] ?? null)]));
}

function isArray(value: JsonObject | readonly JsonValue[]): value is readonly JsonValue[] {
  return Array.isArray(value);
}
