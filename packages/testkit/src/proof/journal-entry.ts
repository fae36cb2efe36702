import { type Cursor, type MessagesFrame, parseCursor, type ResetReason } from "@dialogue/events";

/** One thing that happened, as whoever saw it notes it down. */
export type JournalEntry =
  /** A trigger is about to be called; noted before the first try, so that nothing is acknowledged unknown. */
  | { readonly type: "tried"; readonly roomId: string; readonly id: string; readonly from?: string }
  /** A trigger has resolved. */
  | { readonly type: "acked"; readonly roomId: string; readonly id: string; readonly seq: number }
  /** A reader's stream stands, and goes on after that place. */
  | { readonly type: "began"; readonly roomId: string; readonly reader: string; readonly seq: number }
  /** A reader was given an event. */
  | ({ readonly type: "read"; readonly roomId: string; readonly reader: string } & SeenEvent)
  /** A reader was told that it cannot go on from where it was, and goes on from the head. */
  | {
      readonly type: "reset";
      readonly roomId: string;
      readonly reader: string;
      readonly reason: ResetReason;
      readonly seq: number;
    }
  /** Anything else that a reader of the journal should know: a kill, an outage. */
  | { readonly type: "marked"; readonly what: string };

/** An event by what tells it from every other. */
export interface SeenEvent {
  readonly seq: number;
  readonly id: string;
  /** Where it is known: it tells an event from one that stood in the same place before a log was rewound. */
  readonly tag?: string;
}

/** A line of a journal: the entry, and which of the journal's writers wrote it. */
export type JournalLine = JournalEntry & { readonly writer: number };

/** The entry for a frame of a room's log, as a client's `onFrame` or the `messages` subscription gives it; none for one that moves no place. */
export function entryOfFrame(
  reader: string,
  roomId: string,
  frame: MessagesFrame,
  cursor: Cursor,
): JournalEntry | undefined {
  const { seq, tag } = placeOf(cursor);
  switch (frame.type) {
    case "ready":
      return { type: "began", roomId, reader, seq };
    case "event":
    case "redacted":
    case "unreadable":
      return { type: "read", roomId, reader, seq: frame.event.seq, id: frame.event.id, tag };
    case "reset":
      return { type: "reset", roomId, reader, reason: frame.reason, seq };
    case "redaction":
      return undefined;
  }
}

function placeOf(cursor: Cursor) {
  const place = parseCursor(cursor);
  if (!place) throw new Error(`cannot note a frame down: ${cursor} is not a cursor`);
  return place;
}
