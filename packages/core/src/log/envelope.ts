import type { DurableEnvelope, RedactedEnvelope, UnreadableEnvelope } from "@dialogue/events";
import type { StoredEvent } from "../ports/event-log.ts";

/** A stored event as everyone reads it: without what only the log needs. */
export function envelopeOf(stored: StoredEvent): DurableEnvelope {
  const { id, roomId, seq, event, data, from, timestamp, meta } = stored;
  const envelope = { id, roomId, seq, event, data, from, timestamp };
  return meta === undefined ? envelope : { ...envelope, meta };
}

/** A redacted event as everyone reads it. */
export function redactedEnvelopeOf({ id, roomId, seq, event, from, timestamp }: StoredEvent): RedactedEnvelope {
  return { id, roomId, seq, event, from, timestamp, redacted: true };
}

/** An event that cannot be read as everyone sees it. */
export function unreadableEnvelopeOf({ id, roomId, seq, event, from, timestamp }: StoredEvent): UnreadableEnvelope {
  return { id, roomId, seq, event, from, timestamp, unreadable: true };
}
