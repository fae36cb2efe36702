import type { HistoryPage } from "@dialogue/events";
import type { Messages } from "./dialogue-hooks.ts";
import { type MessageWindow, windowOn } from "./message-window.ts";
import type { RoomMessage, SentMessage } from "./room-message.ts";
import type { UnsentMessage } from "./unsent.ts";

/** What a list shows; the same object until it changes. */
export type ListState = Pick<
  Messages<RoomMessage>,
  "status" | "error" | "messages" | "hasOlder" | "hasNewer" | "paging" | "head"
>;

/** Of a list that holds nothing yet. */
export const emptyList: ListState = Object.freeze({
  status: "loading",
  error: undefined,
  messages: Object.freeze([]),
  hasOlder: false,
  hasNewer: false,
  paging: undefined,
  head: 0,
});

/** The state before, as far as nothing has changed. */
export function nextList(before: ListState, next: ListState): ListState {
  const isSameList = areSame(before.messages, next.messages);
  const state = isSameList ? { ...next, messages: before.messages } : next;
  return areSame(Object.values(before), Object.values(state)) ? before : state;
}

/** What is in the log, then what is not. */
export function messagesOf(sent: readonly SentMessage[], unsent: readonly UnsentMessage[]): readonly RoomMessage[] {
  return unsent.length === 0 ? sent : [...sent, ...unsent];
}

/** A list that begins with a rendered page: what the server and the browser draw first. */
export interface Rendered {
  readonly state: ListState;
  /** Undefined for a page that names no place, from which a list cannot go on. */
  readonly window: MessageWindow | undefined;
}

const rendered = new WeakMap<HistoryPage, Rendered>();

/** The same answer for the same page, which keeps it off shared lists on the server. */
export function renderedFrom(page: HistoryPage): Rendered {
  const known = rendered.get(page);
  if (known) return known;
  const window =
    page.end === undefined ? undefined : windowOn(page, { place: page.end, arrivals: [], isOverrun: false });
  const made: Rendered = {
    window,
    state: {
      ...emptyList,
      status: "ready",
      messages: window?.messages ?? emptyList.messages,
      hasOlder: window?.hasOlder ?? false,
      hasNewer: window ? !window.isLive : false,
      head: window?.messages.at(-1)?.seq ?? 0,
    },
  };
  rendered.set(page, made);
  return made;
}

function areSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, at) => Object.is(one, others[at]));
}
