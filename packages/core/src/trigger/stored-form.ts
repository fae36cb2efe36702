import { DialogueError, type JsonObject, type JsonValue, type Limits, toWire } from "@dialogue/events";
import { guardJson, isJsonObject } from "../json-guard.ts";
import { utf8Length } from "../utf8.ts";

type Bounds = Pick<Limits, "eventBytes" | "metaBytes" | "jsonDepth">;

/** The data as JSON, when it is within bounds: PAYLOAD_TOO_LARGE, INVALID_REQUEST or VALIDATION_FAILED else. */
export function dataJson(data: unknown, event: string, limits: Bounds): JsonValue {
  return bounded(data, `the data of ${event}`, limits.eventBytes, limits.jsonDepth);
}

/** The same for meta, which is an object or absent. */
export function metaJson(meta: unknown, event: string, limits: Bounds): JsonObject | undefined {
  if (meta === undefined) return undefined;
  const what = `the meta of ${event}`;
  const json = bounded(meta, what, limits.metaBytes, limits.jsonDepth);
  if (!isJsonObject(json)) throw new DialogueError("VALIDATION_FAILED", `cannot accept ${what}: it is not an object`);
  return json;
}

/** The same for a room's metadata. */
export function metadataJson(metadata: unknown, limits: Bounds): JsonObject | undefined {
  return metaJson(metadata, "a room", limits);
}

function bounded(value: unknown, what: string, bytes: number, depth: number): JsonValue {
  const { json, data } = toWire(value, what);
  if (utf8Length(json) > bytes)
    throw new DialogueError("PAYLOAD_TOO_LARGE", `cannot accept ${what}: it is larger than ${bytes} bytes`);
  const plain: unknown = data;
  guardJson(plain, depth, what);
  return plain;
}
