import { type ChatEvent, hasNewer, type Timeline, type Unsent } from "./timeline.ts";

/** A message as it is shown. */
export interface MessageRow {
  readonly kind: "message";
  readonly key: string;
  readonly from: string;
  readonly name: string;
  readonly text: string;
  readonly at: number;
  /** Whether it shows its author: the messages after it by the same person do not. */
  readonly isFirst: boolean;
  readonly status: "sent" | "sending" | "failed";
  readonly failure?: string;
}

/** One line of the list. */
export type Row =
  | MessageRow
  | { readonly kind: "day"; readonly key: string; readonly at: number }
  | { readonly kind: "notice"; readonly key: string; readonly text: string; readonly at: number };

/** Who reads. */
export interface Reader {
  readonly id: string;
  readonly name: string;
}

/** How long messages of one person stand under one name. */
const groupMs = 5 * 60 * 1000;

/** The lines of a timeline: a line for each new day, messages of one person grouped, comings and goings in words. */
export function rowsOf(timeline: Timeline, reader: Reader): readonly Row[] {
  const names = namesIn(timeline.events);
  const lines = newsIn(timeline.events).map((event) => lineOf(event, names));
  const unsent = hasNewer(timeline) ? [] : timeline.unsent.map((message) => unsentRow(message, reader));
  return [...lines, ...unsent].flatMap((line, index, all) => placed(line, all[index - 1]));
}

type Line = Exclude<Row, { kind: "day" }>;

function lineOf(event: ChatEvent, names: ReadonlyMap<string, string>): Line {
  const { id, from, timestamp: at } = event;
  const name = nameIn(event) ?? names.get(from) ?? "Someone";
  if (event.event === "message")
    return { kind: "message", key: id, from, name, text: event.data.text, at, isFirst: true, status: "sent" };
  const did = event.event === "user:joined" ? "joined" : "left";
  return { kind: "notice", key: id, text: `${name} ${did}`, at };
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

function unsentRow({ id, text, at, failure }: Unsent, { id: from, name }: Reader): Line {
  const row = { kind: "message", key: id, from, name, text, at, isFirst: true } as const;
  return failure === undefined ? { ...row, status: "sending" } : { ...row, status: "failed", failure };
}

function placed(line: Line, before: Line | undefined): readonly Row[] {
  const isNewDay = before === undefined || dayOf(before.at) !== dayOf(line.at);
  const day = isNewDay ? [{ kind: "day", key: `day ${dayOf(line.at)}`, at: line.at } as const] : [];
  if (line.kind !== "message" || isNewDay) return [...day, line];
  const follows = before.kind === "message" && before.from === line.from && before.name === line.name;
  return [{ ...line, isFirst: !follows || line.at - before.at > groupMs }];
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

function namesIn(events: readonly ChatEvent[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const event of events) {
    const name = nameIn(event);
    if (name !== undefined) names.set(event.from, name);
  }
  return names;
}
