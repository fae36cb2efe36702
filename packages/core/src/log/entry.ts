import { type Cursor, formatCursor, type JsonValue, type MessagesFrame } from "@dialogue/events";
import type { ReadEvent } from "../evolution/reading.ts";
import type { StoredEvent } from "../ports/event-log.ts";
import { envelopeOf, redactedEnvelopeOf, unreadableEnvelopeOf } from "./envelope.ts";
import type { Frame } from "./sink.ts";

/** One event in memory, on its way to readers. */
export interface Entry {
  readonly seq: number;
  readonly tag: string;
  readonly stored: ReadEvent;
  /** Made on first use and shared by all who read the event; see `frameOf`. */
  frame: Frame<MessagesFrame> | undefined;
}

export function entryOf(stored: StoredEvent): Entry {
  return { seq: stored.seq, tag: stored.tag, stored, frame: undefined };
}

/** The one frame of an entry, so that a transport encodes it once. */
export function frameOf(entry: Entry): Frame<MessagesFrame> {
  entry.frame ??= frameWith(formatCursor(entry.seq, entry.tag), entry.stored);
  return entry.frame;
}

/** The event without its content, as the log holds it once it is redacted. */
export function redactedCopy(stored: StoredEvent): StoredEvent {
  const { meta: _, ...kept } = stored;
  return { ...kept, data: null, redacted: true };
}

/** Roughly what an event takes in memory, in bytes: a bound needs no more. */
export function weigh({ data, meta }: StoredEvent): number {
  return 256 + weighJson(data) + (meta === undefined ? 0 : weighJson(meta));
}

function frameWith(cursor: Cursor, stored: ReadEvent): Frame<MessagesFrame> {
  const frame = { cursor, data: dataOf(stored) };
  return stored.state === "newer" ? { ...frame, isNewer: true } : frame;
}

function dataOf(stored: ReadEvent): MessagesFrame {
  if (stored.redacted) return { type: "redacted", event: redactedEnvelopeOf(stored) };
  if (stored.state === "unreadable") return { type: "unreadable", event: unreadableEnvelopeOf(stored) };
  return { type: "event", event: envelopeOf(stored) };
}

function weighJson(value: JsonValue): number {
  if (typeof value === "string") return 16 + 2 * value.length;
  if (typeof value !== "object" || value === null) return 8;
  let bytes = 32;
  for (const [key, inner] of Object.entries(value)) bytes += key.length + weighJson(inner);
  return bytes;
}
