import type { Cursor, DialogueError, HistoryPage, HistoryQuery, MessagesFrame } from "@dialogue/events";
import { createCell } from "./cell.ts";
import type { Messages } from "./dialogue-hooks.ts";
import { errorOf } from "./error-of.ts";
import { emptyList, type ListState, messagesOf, nextList, renderedFrom } from "./list-state.ts";
import {
  type Arrival,
  type Bounds,
  type MessageWindow,
  type Since,
  sentMessage,
  seqAt,
  windowAt,
  windowOn,
  withArrival,
  withNewer,
  withOlder,
} from "./message-window.ts";
import type { RoomMessage, SentMessage } from "./room-message.ts";
import type { SharedRoom } from "./shared-room.ts";
import { createSharing } from "./sharing.ts";
import type { Surroundings } from "./surroundings.ts";

/** A room's log as one list, kept up while somebody subscribes and a while longer. */
export interface MessageList {
  /** What it holds. One that holds nothing yet begins with the given page. */
  current(initial?: HistoryPage): ListState;
  subscribe(listen: () => void, initial?: HistoryPage): () => void;
  readonly actions: Omit<Messages<RoomMessage>, keyof ListState>;
}

export interface MessageListOptions {
  readonly room: SharedRoom;
  /** Undefined: every durable one. */
  readonly events: readonly string[] | undefined;
  readonly bounds: Bounds;
  readonly lingerMs: number;
  readonly surroundings: Surroundings;
}

type Paging = NonNullable<ListState["paging"]>;
type Change = (window: MessageWindow, page: HistoryPage, since: Since) => MessageWindow;

/** Beyond so many pages behind a rendered one, the list begins anew at the end of the log. */
const mostPagesToCatchUp = 5;

export function createMessageList(options: MessageListOptions): MessageList {
  const { room, events, bounds } = options;
  const { pageSize } = bounds;
  const cell = createCell<ListState>(emptyList);
  const sharing = createSharing(begin, options.surroundings.after);
  let window: MessageWindow | undefined;
  /** While a window is being made, the one before shows. */
  let isOpening = true;
  let shown: readonly SentMessage[] = [];
  let isKnown = false;
  let isAtEnd = true;
  let isBehind = false;
  let head = 0;
  /** What is replayed ends there, and shows all at once. */
  let target = 0;
  let error: DialogueError | undefined;
  let paging: Paging | undefined;
  /** Counts the questions: an answer to an earlier one is void. */
  let asked = 0;
  let since: Since = { place: "0.", arrivals: [], isOverrun: false };
  /** What has lost its data since the page in question was asked for. */
  let redacted = new Set<number>();

  function begin(): () => void {
    const stops = [room.follow(pass), room.state.subscribe(publish), room.unsent.subscribe(publish)];
    stops.push(room.use());
    goOnFromRendered();
    if (room.cursor !== undefined) ready(room.cursor, room.cursor);
    publish();
    return () => {
      for (const stop of stops) stop();
      asked++;
      window = undefined;
      isOpening = true;
      shown = [];
      isKnown = false;
      isAtEnd = true;
      isBehind = false;
      head = 0;
      error = undefined;
      paging = undefined;
      publish();
    };
  }

  function isWanted({ event }: { readonly event: string }): boolean {
    return events?.includes(event) ?? true;
  }

  function pass(frame: MessagesFrame, cursor: Cursor): void {
    switch (frame.type) {
      case "ready":
        return ready(cursor, frame.head);
      case "reset":
        return openAt(frame.head);
      case "event":
        return arrive({ message: isWanted(frame.event) ? sentMessage(frame.event, cursor) : undefined, cursor });
      case "redacted":
      case "unreadable":
        return arrive({ message: undefined, cursor });
      case "redaction":
        return redact(new Set(frame.seqs));
    }
  }

  /** Also from a page that was asked for before, and comes after. */
  function redact(seqs: ReadonlySet<number>): void {
    const isKept = ({ seq }: { readonly seq: number }): boolean => !seqs.has(seq);
    const arrivals = since.arrivals.map((arrival) =>
      arrival.message && !isKept(arrival.message) ? { ...arrival, message: undefined } : arrival,
    );
    since = { ...since, arrivals };
    for (const seq of paging ? seqs : []) redacted.add(seq);
    if (window) window = { ...window, messages: window.messages.filter(isKept) };
    shown = shown.filter(isKept);
    publish();
  }

  function ready(start: Cursor, end: Cursor): void {
    target = seqAt(end);
    head = Math.max(head, target);
    if (isOpening) error = undefined;
    window ??= windowAt(start);
    // It was rendered before the room was joined, from a later place.
    const hasGap = window.isLive && seqAt(start) > seqAt(window.end);
    if (hasGap) window = { ...window, isLive: false };
    isBehind ||= hasGap;
    if (isBehind) void catchUp();
    settle(seqAt(start));
  }

  function arrive(arrival: Arrival): void {
    const seq = seqAt(arrival.cursor);
    head = Math.max(head, seq);
    if (paging) {
      const isOverrun = since.isOverrun || since.arrivals.length >= bounds.most;
      since = { ...since, isOverrun, arrivals: isOverrun ? [] : [...since.arrivals, arrival] };
    }
    if (window) window = withArrival(window, arrival, bounds, isAtEnd);
    settle(seq);
  }

  /** Once what is replayed has come, a list that is too short is filled up, and then shows. */
  function settle(seq: number): void {
    if (seq < target) return;
    if (isOpening && !paging && !error) void fill();
    publish();
  }

  async function fill(): Promise<void> {
    if (window && window.messages.length < pageSize && !(await loadOlder())) return;
    isOpening = false;
    publish();
  }

  async function catchUp(): Promise<void> {
    for (let pages = 0; window && !window.isLive; pages++) {
      const isCloser = await (pages < mostPagesToCatchUp ? loadNewer() : loadNewest());
      if (!isCloser) return;
    }
    isBehind = false;
  }

  function openAt(place: Cursor): void {
    asked++;
    paging = undefined;
    error = undefined;
    isBehind = false;
    isOpening = true;
    window = windowAt(place);
    head = seqAt(place);
    target = head;
    settle(head);
  }

  /** Asks for a page and changes the window by it, unless something else was asked for meanwhile. */
  async function load(kind: Paging, query: HistoryQuery, change: Change): Promise<boolean> {
    const joined = room.state.current().room;
    if (!joined || !window) return false;
    const question = ++asked;
    since = { place: room.cursor ?? window.end, arrivals: [], isOverrun: false };
    redacted = new Set();
    paging = kind;
    error = undefined;
    publish();
    try {
      const page = await joined.getHistory(events, { limit: pageSize, ...query });
      if (question !== asked) return false;
      room.unsent.remove(new Set(page.events.map(({ id }) => id)));
      const standing = page.events.filter(({ seq }) => !redacted.has(seq));
      window = change(window, { ...page, events: standing }, since);
      return true;
    } catch (failure) {
      if (question === asked) error = errorOf(failure);
      return false;
    } finally {
      if (question === asked) {
        paging = undefined;
        publish();
      }
    }
  }

  async function loadOlder(): Promise<boolean> {
    if (paging || !window) return false;
    if (!window.hasOlder) return true;
    const { start } = window;
    // New events may have pushed the start on while the page was asked for: it does not fit any more.
    return load("older", { before: start }, (now, page) => (now.start === start ? withOlder(now, page, bounds) : now));
  }

  async function loadNewer(): Promise<boolean> {
    if (paging || !window) return false;
    if (window.isLive) return true;
    return load("newer", { after: window.end }, (now, page, since) => withNewer(now, page, since, bounds));
  }

  async function loadNewest(): Promise<boolean> {
    return window?.isLive ? true : load("newest", {}, anew);
  }

  async function loadAround(id: string): Promise<boolean> {
    return window?.messages.some((message) => message.id === id) ? true : load("around", { around: id }, anew);
  }

  function anew(_: MessageWindow, page: HistoryPage, since: Since): MessageWindow {
    isOpening = false;
    return windowOn(page, since);
  }

  function reload(): void {
    if (room.cursor === undefined) room.state.current().retry();
    else openAt(room.cursor);
  }

  function publish(): void {
    if (window && !isOpening) shown = window.messages;
    isKnown ||= !isOpening;
    const state = room.state.current();
    const hasFailed = state.status === "failed" || (isOpening && error !== undefined);
    const next: ListState = {
      status: hasFailed ? "failed" : isKnown ? "ready" : "loading",
      error: state.error ?? error,
      messages: messagesOf(shown, room.unsent.current().filter(isWanted)),
      hasOlder: window?.hasOlder ?? false,
      hasNewer: window ? !window.isLive : false,
      paging,
      head,
    };
    cell.set(nextList(cell.current(), next));
  }

  function goOnFromRendered(): void {
    if (!window) return;
    room.wishFor(window.end);
    room.unsent.remove(new Set(window.messages.map(({ id }) => id)));
  }

  function beginWith(initial: HistoryPage): void {
    if (isKnown || window) return;
    const { state, window: rendered } = renderedFrom(initial);
    window = rendered;
    isOpening = rendered === undefined;
    isKnown = true;
    shown = rendered?.messages ?? [];
    head = state.head;
    cell.set(nextList(state, { ...state, messages: messagesOf(shown, room.unsent.current().filter(isWanted)) }));
  }

  return {
    current(initial) {
      if (initial && !sharing.isUsed) beginWith(initial);
      return cell.current();
    },
    subscribe(listen, initial) {
      const release = sharing.use(options.lingerMs);
      if (initial) {
        beginWith(initial);
        goOnFromRendered();
      }
      const stop = cell.subscribe(listen);
      return () => {
        stop();
        release();
      };
    },
    actions: {
      loadOlder,
      loadNewer,
      loadNewest,
      loadAround,
      reload,
      retry: room.retry,
      discard: room.discard,
      follow(isNowAtEnd) {
        isAtEnd = isNowAtEnd;
      },
    },
  };
}
