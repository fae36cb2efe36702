import { type Cursor, formatCursor, type MessagesFrame, type Position, type ResetReason } from "@dialogue/events";
import type { Frame } from "./sink.ts";

/** The first frame of a subscription: at the place where it begins, so that whoever is cut off before the rest comes back to there. */
export function readyFrame(place: Position, head: Position): Frame<MessagesFrame> {
  return { cursor: cursorAt(place), data: { type: "ready", head: cursorAt(head) } };
}

/** Says that what was read is void: at the head, from where the stream goes on. */
export function resetFrame(reason: ResetReason, head: Position, floor: Position): Frame<MessagesFrame> {
  const cursor = cursorAt(head);
  return { cursor, data: { type: "reset", reason, head: cursor, oldest: cursorAt(floor) } };
}

/** Says which events have lost their data after they passed: at the reader's own place, which it does not move. */
export function redactionFrame(place: Position, seqs: readonly number[]): Frame<MessagesFrame> {
  return { cursor: cursorAt(place), data: { type: "redaction", seqs } };
}

function cursorAt({ seq, tag }: Position): Cursor {
  return formatCursor(seq, tag);
}
