import type { ChatEvent } from "../src/timeline.ts";

/** The moment of the event with seq 0: noon, so that a few minutes do not make a new day. */
export const noon = new Date(2026, 4, 4, 12).getTime();

/** What an event of a test differs in. */
export interface Facts {
  readonly from?: string;
  readonly name?: string;
  readonly text?: string;
  readonly at?: number;
}

/** A message, a second after the one before it. */
export function message(seq: number, { text = `text ${seq}`, ...facts }: Facts = {}): ChatEvent {
  const place = placeOf(seq, facts);
  return { ...place, event: "message", data: { text, senderId: place.from } };
}

/** Somebody came. */
export function joined(seq: number, facts: Facts = {}): ChatEvent {
  const place = placeOf(seq, facts);
  return { ...place, event: "user:joined", data: { userId: place.from, username: "a word of the sender" } };
}

/** Somebody left. */
export function left(seq: number, facts: Facts = {}): ChatEvent {
  const place = placeOf(seq, facts);
  return { ...place, event: "user:left", data: { userId: place.from } };
}

function placeOf(seq: number, { from = "ada", name = "Ada", at = noon + seq * 1000 }: Facts) {
  return { id: `m${seq}`, roomId: "general", seq, from, timestamp: at, meta: name === "" ? {} : { name } };
}
