import type { Message, UserJoined, UserLeft } from "@dialogue/events";
import type { RoomMessage } from "@dialogue/react";
import { errorWords } from "../connection/error-words.ts";

/** What a room's list holds. */
export type ChatEvent = RoomMessage<typeof Message | typeof UserJoined | typeof UserLeft>;

interface RowPlace {
  readonly key: string;
  readonly at: number;
  /** Undefined while it is not in the log. */
  readonly seq: number | undefined;
  /** Whether a day begins with it. */
  readonly isNewDay: boolean;
}

/** A message as it is shown. */
export interface MessageRow extends RowPlace {
  readonly kind: "message";
  readonly from: string;
  readonly name: string;
  readonly text: string;
  /** The id of the message it answers. */
  readonly replyTo: string | undefined;
  /** Whether it shows its author: the messages after it by the same person do not. */
  readonly isFirst: boolean;
  readonly status: ChatEvent["status"];
  readonly failure: string | undefined;
}

/** Somebody came or left. */
export interface NoticeRow extends RowPlace {
  readonly kind: "notice";
  readonly text: string;
}

/** One line of the list. */
export type Row = MessageRow | NoticeRow;

/** Who reads. */
export interface Reader {
  readonly id: string;
  readonly name: string;
}

/** How long messages of one person stand under one name. */
const groupMs = 5 * 60 * 1000;

/** The lines of a list: messages of one person grouped, days marked, comings and goings in words. */
export function rowsOf(events: readonly ChatEvent[], reader: Reader): readonly Row[] {
  const names = namesIn(events);
  const rows: Row[] = [];
  for (const event of newsIn(events)) rows.push(placed(lineOf(event, names, reader), rows.at(-1)));
  return rows;
}

/** The rows that say what they said before, as the objects they were: what shows them need not be drawn again. */
export function keptRows(before: readonly Row[], now: readonly Row[]): readonly Row[] {
  const known = new Map(before.map((row) => [row.key, row]));
  return now.map((row) => {
    const old = known.get(row.key);
    return old !== undefined && isSame(old, row) ? old : row;
  });
}

function isSame(one: Row, other: Row): boolean {
  const fields = Object.values(other);
  return Object.values(one).every((value, at) => value === fields[at]);
}

function lineOf(event: ChatEvent, names: ReadonlyMap<string, string>, reader: Reader): Row {
  const { id: key, from, timestamp: at, status } = event;
  const name = status === "sent" ? (nameIn(event) ?? names.get(from) ?? "Someone") : reader.name;
  const place = { key, at, seq: status === "sent" ? event.seq : undefined, isNewDay: false };
  if (event.event === "message") {
    const { text, replyTo } = event.data;
    const failure = status === "failed" ? errorWords(event.error) : undefined;
    return { kind: "message", ...place, from, name, text, replyTo, isFirst: true, status, failure };
  }
  return { kind: "notice", ...place, text: `${name} ${event.event === "user:joined" ? "joined" : "left"}` };
}

/** Without what is no news: a server that was killed announces people again when they come back to it. */
function newsIn(events: readonly ChatEvent[]): readonly ChatEvent[] {
  const last = new Map<string, string>();
  return events.filter((event) => {
    if (event.event === "message") return true;
    const isNews = last.get(event.from) !== event.event;
    last.set(event.from, event.event);
    return isNews;
  });
}

function placed(line: Row, before: Row | undefined): Row {
  const isNewDay = before === undefined || dayOf(before.at) !== dayOf(line.at);
  if (line.kind === "notice" || isNewDay) return { ...line, isNewDay };
  const follows = before.kind === "message" && before.from === line.from && before.name === line.name;
  const isFirst = !follows || line.at - before.at > groupMs || line.replyTo !== undefined;
  return { ...line, isFirst };
}

function dayOf(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

/** The name that the server put beside the event; what the data says of it is only the sender's word. */
function nameIn(event: ChatEvent): string | undefined {
  const name = event.meta?.name;
  return typeof name === "string" ? name : undefined;
}

function namesIn(events: readonly ChatEvent[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const event of events) {
    const name = nameIn(event);
    if (name !== undefined) names.set(event.from, name);
  }
  return names;
}
