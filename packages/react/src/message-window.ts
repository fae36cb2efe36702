import { type Cursor, type DurableEnvelope, type HistoryPage, parseCursor } from "@dialogue/events";
import type { SentMessage } from "./room-message.ts";

/** A stretch of a room's log: its wanted events in order, without a repeat or a hole. */
export interface MessageWindow {
  readonly messages: readonly SentMessage[];
  /** The place before the first message. */
  readonly start: Cursor;
  /** Whether there are wanted events before it, as far as is known. */
  readonly hasOlder: boolean;
  /** The place up to which the window reaches. */
  readonly end: Cursor;
  /** Whether what comes next is for the window; else the log goes on behind its end. */
  readonly isLive: boolean;
}

/** A live event and the place after it. */
export interface Arrival {
  readonly message: SentMessage | undefined;
  readonly cursor: Cursor;
}

/** What has happened since a page was asked for: a page that reaches the end of the log is followed by it. */
export interface Since {
  /** How far the log had been told then. */
  readonly place: Cursor;
  readonly arrivals: readonly Arrival[];
  /** Whether more arrived than is held. */
  readonly isOverrun: boolean;
}

/** The places after messages, as far as they are known: where a window may be cut and gone on from. */
const places = new WeakMap<SentMessage, Cursor>();

export function sentMessage(event: DurableEnvelope, place?: Cursor): SentMessage {
  const message: SentMessage = { ...event, status: "sent" };
  if (place !== undefined) places.set(message, place);
  return message;
}

export function seqAt(cursor: Cursor): number {
  return parseCursor(cursor)?.seq ?? 0;
}

/** An empty window at a place of the log, from which it grows both ways. */
export function windowAt(place: Cursor): MessageWindow {
  return { messages: [], start: place, hasOlder: seqAt(place) > 0, end: place, isLive: true };
}

/** A page as a window, and what has come since. */
export function windowOn(page: HistoryPage, since: Since): MessageWindow {
  const { older = since.place, end = since.place } = page;
  const window = { messages: messagesOf(page), start: older, hasOlder: page.older !== undefined, end, isLive: true };
  return joined(window, page, since);
}

/** With what comes live. A full window lets its oldest go for a reader at the end; else it stops being live. */
export function withArrival(
  window: MessageWindow,
  { message, cursor }: Arrival,
  keep: number,
  isAtEnd: boolean,
): MessageWindow {
  if (!window.isLive || seqAt(cursor) <= seqAt(window.end)) return window;
  if (!message) return { ...window, end: cursor };
  if (window.messages.length >= keep && !isAtEnd) return { ...window, isLive: false };
  return withoutOldest({ ...window, messages: [...window.messages, message], end: cursor }, keep);
}

/** With the page before its start. */
export function withOlder(window: MessageWindow, page: HistoryPage, keep: number): MessageWindow {
  const messages = [...messagesOf(page), ...window.messages];
  const start = page.older ?? window.start;
  return withoutNewest({ ...window, messages, start, hasOlder: page.older !== undefined }, keep);
}

/** With the page after its end, and what has come since. */
export function withNewer(window: MessageWindow, page: HistoryPage, since: Since, keep: number): MessageWindow {
  const messages = [...window.messages, ...messagesOf(page)];
  const longer = { ...window, messages, end: page.end ?? window.end, isLive: true };
  return withoutOldest(joined(longer, page, since), keep);
}

function joined(window: MessageWindow, page: HistoryPage, { place, arrivals, isOverrun }: Since): MessageWindow {
  if (page.newer !== undefined) return { ...window, end: page.newer, isLive: false };
  // The page was read after the log had been told up to that place: nothing that is wanted lies between.
  const reached = { ...window, end: seqAt(place) > seqAt(window.end) ? place : window.end };
  if (isOverrun) return { ...reached, isLive: false };
  return arrivals.reduce((longer, arrival) => withArrival(longer, arrival, Number.POSITIVE_INFINITY, true), reached);
}

function messagesOf({ events, end }: HistoryPage): SentMessage[] {
  const last = end === undefined ? undefined : seqAt(end);
  return events.map((event) => sentMessage(event, event.seq === last ? end : undefined));
}

/** Cuts behind the first message whose place is known and that leaves no more than `keep`. */
function withoutOldest(window: MessageWindow, keep: number): MessageWindow {
  for (let cut = window.messages.length - keep; cut > 0 && cut < window.messages.length; cut++) {
    const start = placeAfter(window.messages[cut - 1]);
    if (start !== undefined) return { ...window, messages: window.messages.slice(cut), start, hasOlder: true };
  }
  return window;
}

/** Cuts behind the last message whose place is known and that leaves no more than `keep`. */
function withoutNewest(window: MessageWindow, keep: number): MessageWindow {
  if (window.messages.length <= keep) return window;
  for (let left = keep; left > 0; left--) {
    const end = placeAfter(window.messages[left - 1]);
    if (end !== undefined) return { ...window, messages: window.messages.slice(0, left), end, isLive: false };
  }
  return window;
}

function placeAfter(message: SentMessage | undefined): Cursor | undefined {
  return message && places.get(message);
}
