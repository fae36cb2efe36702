import type { Room } from "./chat-client.ts";
import { type ChatEvent, emptyTimeline, type Timeline, withNewer, withNewest, withOlder } from "./timeline.ts";
import { type Cell, createCell, type Value } from "./value.ts";

/** Whether a page of history is on its way, or why the last one did not come. */
export type Paging = "idle" | "loading" | "failed";

/** What loads a room's history into its timeline, one page at a time. */
export interface HistoryPages {
  readonly paging: Value<Paging>;
  /** The newest page in the place of all that is held: the log may not even go as far as before. */
  anew(room: Room): void;
  older(room: Room): void;
  newer(room: Room): void;
  newest(room: Room): void;
  /** The page that did not come, once more. */
  again(): void;
}

const pageSize = 50;

/** Pages for a timeline; why one did not come goes to `report`, and it can be asked for again. */
export function createHistoryPages(timeline: Cell<Timeline>, report: (error: unknown) => void): HistoryPages {
  const paging = createCell<Paging>("idle");
  let last = (): Promise<void> => Promise.resolve();

  async function load(page: () => Promise<void>): Promise<void> {
    if (paging.current() === "loading") return;
    paging.set("loading");
    last = page;
    try {
      await page();
      paging.set("idle");
    } catch (error) {
      report(error);
      paging.set("failed");
    }
  }

  async function first(room: Room): Promise<void> {
    const { events } = await room.getHistory(undefined, { limit: pageSize });
    timeline.set(withNewest(timeline.current(), events));
  }

  async function older(room: Room): Promise<void> {
    const page = await around(room, timeline.current().events[0]);
    timeline.set(withOlder(timeline.current(), page));
  }

  async function newer(room: Room): Promise<void> {
    const page = await around(room, timeline.current().events.at(-1));
    timeline.set(withNewer(timeline.current(), page));
  }

  return {
    paging,
    anew(room) {
      timeline.set({ ...emptyTimeline, unsent: timeline.current().unsent });
      void load(() => first(room));
    },
    older: (room) => void load(() => older(room)),
    newer: (room) => void load(() => newer(room)),
    newest: (room) => void load(() => first(room)),
    again() {
      if (paging.current() === "failed") void load(last);
    },
  };
}

/** The page around one end of the window: it needs no cursor, which an end that was cut does not have. */
async function around(room: Room, event: ChatEvent | undefined): Promise<readonly ChatEvent[]> {
  if (event === undefined) return [];
  return (await room.getHistory(undefined, { around: event.id, limit: 2 * pageSize })).events;
}
