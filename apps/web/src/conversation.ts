import type { Chat } from "@dialogue/app-server/dialogue";
import { type ConnectionStatus, createDialogueClient, newId } from "@dialogue/client";
import { DialogueError, type HistoryQuery, type PublicUser } from "@dialogue/events";
import { type Account, renewed } from "./account.ts";
import { errorWords } from "./error-words.ts";
import {
  type ChatEvent,
  emptyTimeline,
  type Timeline,
  withFailure,
  withLive,
  withNewer,
  withNewest,
  withOlder,
  withoutUnsent,
  withUnsent,
} from "./timeline.ts";
import { createTypingNotice, type TypingNotice } from "./typing-notice.ts";
import { createCell, type Value } from "./value.ts";

/** What is being done about the room. */
export type Phase =
  | { readonly kind: "opening" }
  | { readonly kind: "open" }
  /** The room could not be opened, or the connection has ended for good. */
  | { readonly kind: "failed"; readonly words: string };

/** Whether a page of history is on its way, or why the last one did not come. */
export type Paging = "idle" | "loading" | "failed";

/** One person's view of the room, kept up to date until it is closed. */
export interface Conversation {
  readonly me: PublicUser;
  readonly phase: Value<Phase>;
  readonly connection: Value<ConnectionStatus>;
  readonly timeline: Value<Timeline>;
  readonly paging: Value<Paging>;
  /** Everyone in the room. */
  readonly people: Value<readonly PublicUser[]>;
  /** Who types, oneself left out. */
  readonly typists: Value<readonly PublicUser[]>;
  readonly typing: TypingNotice;
  /** Shows the message at once and sends it. */
  send(text: string): void;
  retry(id: string): void;
  discard(id: string): void;
  loadOlder(): void;
  loadNewer(): void;
  /** Goes to the end of the log. */
  loadNewest(): void;
  /** Whether the reader is at the end of the list. */
  setAtEnd(isAtEnd: boolean): void;
  close(): void;
}

const roomId = "general";
const pageSize = 50;
const dayMs = 24 * 60 * 60 * 1000;

/** What passes through the callbacks of an open room. */
type Room = Awaited<ReturnType<ReturnType<typeof clientOf>["join"]>>;

/** Connects and opens the room. `keep` is told of a renewed account; errors that concern nobody's call go to `report`. */
export function openConversation(
  account: Account,
  keep: (account: Account) => void,
  report: (error: unknown) => void,
): Conversation {
  const me = account.user;
  const client = clientOf(account, keep);
  const phase = createCell<Phase>({ kind: "opening" });
  const timeline = createCell<Timeline>(emptyTimeline);
  const paging = createCell<Paging>("idle");
  const people = createCell<readonly PublicUser[]>([]);
  const typists = createCell<readonly PublicUser[]>([]);
  const endings: (() => void)[] = [];
  let room: Room | undefined;
  let isAtEnd = true;
  let isClosed = false;

  async function open(): Promise<void> {
    try {
      await client.connect();
      const joined = await client.join(roomId);
      if (isClosed) return;
      room = joined;
      follow(joined);
      await loadFirst(joined);
      phase.set({ kind: "open" });
    } catch (error) {
      if (!isClosed) phase.set({ kind: "failed", words: errorWords(error) });
    }
  }

  function follow(joined: Room): void {
    endings.push(
      joined.on("message", live),
      joined.on("user:joined", live),
      joined.on("user:left", live),
      joined.onReset(() => void loadPage(() => loadAnew(joined))),
      watch(joined.presence, (users) => people.set(users.toSorted(byName))),
      watch(joined.typing, (users) => typists.set(users.filter(({ id }) => id !== me.id))),
      client.connection.subscribe(({ state, reason }) => {
        if (state === "disconnected" && !isClosed) phase.set({ kind: "failed", words: errorWords(reason) });
      }),
    );
  }

  function live(event: ChatEvent): void {
    timeline.set(withLive(timeline.current(), event, isAtEnd));
  }

  async function loadFirst(joined: Room): Promise<void> {
    const page = await joined.getHistory(undefined, { limit: pageSize });
    if (!isClosed) timeline.set(withNewest(timeline.current(), page.events));
  }

  /** One page at a time; what failed can be asked for again. */
  async function loadPage(load: () => Promise<void>): Promise<void> {
    if (paging.current() === "loading") return;
    paging.set("loading");
    try {
      await load();
      paging.set("idle");
    } catch (error) {
      report(error);
      paging.set("failed");
    }
  }

  /** The page around one end of the window: it needs no cursor, which an end that was cut does not have. */
  async function around(event: ChatEvent | undefined): Promise<readonly ChatEvent[]> {
    if (room === undefined || event === undefined) return [];
    const query: HistoryQuery = { around: event.id, limit: 2 * pageSize };
    return (await room.getHistory(undefined, query)).events;
  }

  async function loadOlder(): Promise<void> {
    const page = await around(timeline.current().events[0]);
    timeline.set(withOlder(timeline.current(), page));
  }

  async function loadNewer(): Promise<void> {
    const page = await around(timeline.current().events.at(-1));
    timeline.set(withNewer(timeline.current(), page));
  }

  /** What was built is void: the log may not even go as far as before. */
  async function loadAnew(joined: Room): Promise<void> {
    timeline.set({ ...emptyTimeline, unsent: timeline.current().unsent });
    await loadFirst(joined);
  }

  const typing = createTypingNotice({
    tell: (isTyping) => void room?.trigger("typing", { isTyping }).catch(report),
    elapsed: () => performance.now(),
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  });

  async function deliver(id: string, text: string): Promise<void> {
    timeline.set(withUnsent(timeline.current(), { id, text, at: Date.now() }));
    try {
      if (room === undefined) throw new DialogueError("UNAVAILABLE", `cannot send ${id}: the room is not open`);
      await room.trigger("message", { text, senderId: me.id }, { id });
    } catch (error) {
      timeline.set(withFailure(timeline.current(), id, errorWords(error)));
    }
  }

  void open();
  return {
    me,
    phase,
    connection: client.connection,
    timeline,
    paging,
    people,
    typists,
    typing,
    send: (text) => void deliver(newId(), text),
    retry(id) {
      const unsent = timeline.current().unsent.find((message) => message.id === id);
      if (unsent !== undefined) void deliver(id, unsent.text);
    },
    discard: (id) => timeline.set(withoutUnsent(timeline.current(), id)),
    loadOlder: () => void loadPage(loadOlder),
    loadNewer: () => void loadPage(loadNewer),
    loadNewest: () => void loadPage(async () => (room === undefined ? undefined : loadFirst(room))),
    setAtEnd: (value) => {
      isAtEnd = value;
    },
    close() {
      isClosed = true;
      typing.stop();
      for (const end of endings) end();
      void client.disconnect();
    },
  };
}

/** A token lasts for weeks and was renewed when the page was loaded; a page that stays open for days asks for another. */
function clientOf(account: Account, keep: (account: Account) => void) {
  let current = account;
  let renewedAt = Date.now();
  return createDialogueClient<Chat>({
    url: window.location.origin,
    auth: async () => {
      if (Date.now() - renewedAt > dayMs) {
        current = (await renewed(current)) ?? current;
        renewedAt = Date.now();
        keep(current);
      }
      return { userId: current.user.id, token: current.token };
    },
  });
}

function byName(one: PublicUser, other: PublicUser): number {
  return one.name.localeCompare(other.name) || one.id.localeCompare(other.id);
}

function watch<T>(value: Value<T>, tell: (value: T) => void): () => void {
  const stop = value.subscribe(() => tell(value.current()));
  tell(value.current());
  return stop;
}
