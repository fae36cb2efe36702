import type { ConnectionStatus } from "@dialogue/client";
import { DialogueError, type PublicUser } from "@dialogue/events";
import type { Account } from "./account.ts";
import { createChatClient, type Room } from "./chat-client.ts";
import { connectionWords } from "./error-words.ts";
import { createHistoryPages, type Paging } from "./history-pages.ts";
import { createOutgoing, type Outgoing } from "./outgoing.ts";
import { type ChatEvent, emptyTimeline, type Timeline, withLive } from "./timeline.ts";
import { createTypingNotice, type TypingNotice } from "./typing-notice.ts";
import { createCell, type Value } from "./value.ts";

/** What is being done about the room. */
export type Phase =
  | { readonly kind: "opening" }
  | { readonly kind: "open" }
  /** The room could not be opened, or the connection has ended for good. */
  | { readonly kind: "failed"; readonly words: string };

/** One person's view of the room, kept up to date until it is closed. */
export interface Conversation extends Outgoing {
  readonly me: PublicUser;
  readonly phase: Value<Phase>;
  readonly connection: Value<ConnectionStatus>;
  readonly timeline: Value<Timeline>;
  readonly paging: Value<Paging>;
  /** Everyone in the room, by name. */
  readonly people: Value<readonly PublicUser[]>;
  /** Who types, oneself left out. */
  readonly typists: Value<readonly PublicUser[]>;
  readonly typing: TypingNotice;
  loadOlder(): void;
  /** Asks once more for the page that did not come. */
  loadAgain(): void;
  loadNewer(): void;
  /** Goes to the end of the log. */
  loadNewest(): void;
  /** Whether the reader is at the end of the list. */
  setAtEnd(isAtEnd: boolean): void;
  close(): void;
}

/** Connects and opens the room. `keep` is told of a renewed account, `report` of what fails without a call to say so. */
export function openConversation(
  account: Account,
  keep: (account: Account) => void,
  report: (error: unknown) => void,
): Conversation {
  const me = account.user;
  const client = createChatClient(account, keep);
  const phase = createCell<Phase>({ kind: "opening" });
  const timeline = createCell<Timeline>(emptyTimeline);
  const people = createCell<readonly PublicUser[]>([]);
  const typists = createCell<readonly PublicUser[]>([]);
  const pages = createHistoryPages(timeline, report);
  const endings: (() => void)[] = [client.onError(report), client.onConnect(pages.again)];
  let room: Room | undefined;
  let isAtEnd = true;
  let isClosed = false;

  async function open(): Promise<void> {
    try {
      await client.connect();
      const joined = await client.join("general");
      if (isClosed) return;
      room = joined;
      follow(joined);
      pages.newest(joined);
      phase.set({ kind: "open" });
    } catch (error) {
      fail(error);
    }
  }

  function follow(joined: Room): void {
    endings.push(
      joined.on("message", live),
      joined.on("user:joined", live),
      joined.on("user:left", live),
      joined.onReset(() => pages.anew(joined)),
      watch(joined.presence, (users) => people.set(users.toSorted(byName))),
      watch(joined.typing, (users) => typists.set(users.filter(({ id }) => id !== me.id))),
      watch(client.connection, ({ state, reason }) => {
        if (state === "disconnected") fail(reason);
      }),
    );
  }

  function live(event: ChatEvent): void {
    timeline.set(withLive(timeline.current(), event, isAtEnd));
  }

  function fail(error: unknown): void {
    if (!isClosed) phase.set({ kind: "failed", words: connectionWords(error) });
  }

  const typing = typingIn((isTyping) => void room?.trigger("typing", { isTyping }).catch(report));
  const outgoing = createOutgoing(timeline, async (id, text) => {
    if (room === undefined) throw new DialogueError("UNAVAILABLE", `cannot send ${id}: the room is not open`);
    return room.trigger("message", { text, senderId: me.id }, { id });
  });

  /** Does something with the room, once there is one. */
  function within(act: (room: Room) => void): () => void {
    return () => {
      if (room !== undefined) act(room);
    };
  }

  void open();
  return {
    ...outgoing,
    me,
    phase,
    connection: client.connection,
    timeline,
    paging: pages.paging,
    people,
    typists,
    typing,
    loadAgain: pages.again,
    loadOlder: within(pages.older),
    loadNewer: within(pages.newer),
    loadNewest: within(pages.newest),
    setAtEnd: (value) => {
      isAtEnd = value;
    },
    close() {
      isClosed = true;
      typing.stop();
      for (const end of endings) end();
      client.disconnect().catch(report);
    },
  };
}

function typingIn(tell: (isTyping: boolean) => void): TypingNotice {
  return createTypingNotice({
    tell,
    elapsed: () => performance.now(),
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
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
