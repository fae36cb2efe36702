/**
 * A place in a room's log, `"<seq>.<tag>"`: after the event with that seq. The tag is 8 hex digits of
 * random bits kept with the event, so that a log which was rewound is told from the one that was read.
 * Opaque to clients.
 */
export type Cursor = string;

/** A cursor taken apart. */
export interface Position {
  readonly seq: number;
  /** Empty only at seq 0. */
  readonly tag: string;
}

/** Where every log begins: before its first event. */
export const startCursor: Cursor = "0.";

const cursorPattern = /^(\d{1,15})\.([0-9a-f]{8})?$/;

export function formatCursor(seq: number, tag: string): Cursor {
  return `${seq}.${tag}`;
}

/** The position a cursor names, or undefined for what is not one. */
export function parseCursor(cursor: string): Position | undefined {
  const match = cursorPattern.exec(cursor);
  if (!match?.[1]) return undefined;
  const seq = Number(match[1]);
  const tag = match[2] ?? "";
  return (seq === 0) === (tag === "") ? { seq, tag } : undefined;
}
