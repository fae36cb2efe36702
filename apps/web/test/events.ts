import { DialogueError } from "@dialogue/events";
import type { ChatEvent } from "../src/messages/rows.ts";

/** The moment of the event with seq 0: noon, so that a few minutes do not make a new day. */
export const noon = new Date(2026, 4, 4, 12).getTime();

/** What an event of a test differs in. */
export interface Facts {
  readonly from?: string;
  readonly name?: string;
  readonly text?: string;
  readonly at?: number;
  readonly replyTo?: string;
}

/** A message, a second after the one before it. */
export function message(seq: number, { text = `text ${seq}`, ...facts }: Facts = {}): ChatEvent {
  const place = placeOf(seq, facts);
  const { replyTo } = facts;
  const data = { text, senderId: place.from, ...(replyTo === undefined ? {} : { replyTo }) };
  return { ...place, event: "message", data };
}

/** A message of Ada's on its way. */
export function pending(id: string, text: string): ChatEvent {
  return { ...unsent(id, text), status: "pending" };
}

/** A message of Ada's that was refused as too fast. */
export function failed(id: string, text: string): ChatEvent {
  return {
    ...unsent(id, text),
    status: "failed",
    error: new DialogueError("RATE_LIMITED", "cannot trigger: too fast"),
  };
}

function unsent(id: string, text: string) {
  const place = { id, roomId: "general", from: "ada", timestamp: noon + 5_000 };
  return { ...place, event: "message", data: { text, senderId: "ada" } } as const;
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
  const status = "sent" as const;
  return { status, id: `m${seq}`, roomId: "general", seq, from, timestamp: at, meta: name === "" ? {} : { name } };
}
