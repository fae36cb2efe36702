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

/** How many events a window holds. */
export interface Bounds {
  readonly most: number;
  /** While its reader is at the live end, where the oldest are out of sight. */
  readonly mostAtEnd: number;
  /** How many of them go at once there. */
  readonly pageSize: number;
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
  { most, mostAtEnd, pageSize }: Bounds,
  isAtEnd: boolean,
): MessageWindow {
  if (!window.isLive || seqAt(cursor) <= seqAt(window.end)) return window;
  if (!message) return { ...window, end: cursor };
  if (window.messages.length >= most && !isAtEnd) return { ...window, isLive: false };
  const longer = { ...window, messages: [...window.messages, message], end: cursor };
  return isAtEnd ? withoutOldest(longer, mostAtEnd, pageSize) : longer;
}

/** With the page before its start. */
export function withOlder(window: MessageWindow, page: HistoryPage, { most }: Bounds): MessageWindow {
  const messages = [...messagesOf(page), ...window.messages];
  const start = page.older ?? window.start;
  return withoutNewest({ ...window, messages, start, hasOlder: page.older !== undefined }, most);
}

/** With the page after its end, and what has come since. */
export function withNewer(
  window: MessageWindow,
  page: HistoryPage,
  since: Since,
  { most, pageSize }: Bounds,
): MessageWindow {
  const messages = [...window.messages, ...messagesOf(page)];
  const longer = { ...window, messages, end: page.end ?? window.end, isLive: true };
  return withoutOldest(joined(longer, page, since), most, pageSize);
}

const boundless: Bounds = { most: Infinity, mostAtEnd: Infinity, pageSize: 0 };

function joined(window: MessageWindow, page: HistoryPage, { place, arrivals, isOverrun }: Since): MessageWindow {
  if (page.newer !== undefined) return { ...window, end: page.newer, isLive: false };
  // The page was read after the log had been told up to that place: nothing that is wanted lies between.
  const reached = { ...window, end: seqAt(place) > seqAt(window.end) ? place : window.end };
  if (isOverrun) return { ...reached, isLive: false };
  return arrivals.reduce((longer, arrival) => withArrival(longer, arrival, boundless, true), reached);
}

function messagesOf({ events, end }: HistoryPage): SentMessage[] {
  const last = end === undefined ? undefined : seqAt(end);
  return events.map((event) => sentMessage(event, event.seq === last ? end : undefined));
}

/** Lets about a page of the oldest go where there are more than `most`: cuts behind a message whose place is known. */
function withoutOldest(window: MessageWindow, most: number, pageSize: number): MessageWindow {
  const { messages } = window;
  if (messages.length <= most) return window;
  for (let cut = messages.length - most + pageSize; cut > 0; cut--) {
    const start = placeAfter(messages[cut - 1]);
    if (start !== undefined) return { ...window, messages: messages.slice(cut), start, hasOlder: true };
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
