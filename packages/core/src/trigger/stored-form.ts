import { DialogueError, type JsonObject, type JsonValue, type Limits, toJson } from "@dialogue/events";
import { guardJson, isJsonObject } from "../json-guard.ts";
import { utf8Length } from "../utf8.ts";

type Bounds = Pick<Limits, "eventBytes" | "metaBytes" | "jsonDepth">;

/** A value as the log holds it, and its text. */
export interface StoredForm {
  readonly text: string;
  readonly data: JsonValue;
}

/**
 * The data as JSON, when it is within bounds: PAYLOAD_TOO_LARGE, INVALID_REQUEST or VALIDATION_FAILED else. `judged` is
 * what was found good already: most schemas change nothing.
 */
export function dataForm(data: unknown, event: string, limits: Bounds, judged?: StoredForm): StoredForm {
  return bounded(data, { what: `the data of ${event}`, bytes: limits.eventBytes, depth: limits.jsonDepth, judged });
}

/** The same for meta, which is an object or absent. */
export function metaJson(meta: unknown, event: string, limits: Bounds): JsonObject | undefined {
  if (meta === undefined) return undefined;
  const what = `the meta of ${event}`;
  const { data } = bounded(meta, { what, bytes: limits.metaBytes, depth: limits.jsonDepth });
  if (!isJsonObject(data)) throw new DialogueError("VALIDATION_FAILED", `cannot accept ${what}: it is not an object`);
  return data;
}

/** The same for a room's metadata. */
export function metadataJson(metadata: unknown, limits: Bounds): JsonObject | undefined {
  return metaJson(metadata, "a room", limits);
}

function bounded(
  value: unknown,
  {
    what,
    bytes,
    depth,
    judged,
  }: {
    readonly what: string;
    readonly bytes: number;
    readonly depth: number;
    readonly judged?: StoredForm | undefined;
  },
): StoredForm {
  const text = toJson(value, what);
  if (text === judged?.text) return judged;
  if (utf8Length(text) > bytes)
    throw new DialogueError("PAYLOAD_TOO_LARGE", `cannot accept ${what}: it is larger than ${bytes} bytes`);
  const data: unknown = JSON.parse(text);
  guardJson(data, depth, what);
  return { text, data };
}
