import type { Clock } from "../clock.ts";
import type { Detach } from "../log/sink.ts";
import type { Report } from "../logger.ts";
import type { Backplane, News, Unsubscribe } from "../ports/backplane.ts";

/** What this node hears from others about the rooms it cares for, and what it tells them. */
export interface RoomNews {
  /** Listens to a room until every hold is released. */
  hold(roomId: string): Detach;
  /** Tells the other nodes. A failure is reported: no news is the only carrier of a truth. */
  publish(roomId: string, news: News): void;
  close(): void;
}

export interface NewsListener {
  hear(roomId: string, news: News): void;
  /** News of the room may have been missed. */
  suspect(roomId: string): void;
}

interface Listening {
  holds: number;
  unsubscribe?: Unsubscribe;
}

/** How long a refused subscription waits before it is tried again. */
const retryMs = 1_000;

export function createRoomNews(options: {
  readonly backplane: Backplane;
  readonly clock: Clock;
  readonly report: Report;
  /** Asked at each news: it is made of parts that publish. */
  readonly listener: () => NewsListener;
}): RoomNews {
  const { backplane, clock, report, listener } = options;
  const rooms = new Map<string, Listening>();
  const stopSuspecting = backplane.onSuspect(() => {
    for (const roomId of rooms.keys()) listener().suspect(roomId);
  });

  function isCurrent(roomId: string, listening: Listening): boolean {
    return rooms.get(roomId) === listening;
  }

  async function open(roomId: string, listening: Listening): Promise<void> {
    try {
      const unsubscribe = await backplane.subscribe(roomId, (news) => {
        if (isCurrent(roomId, listening)) listener().hear(roomId, news);
      });
      if (!isCurrent(roomId, listening)) return await unsubscribe();
      listening.unsubscribe = unsubscribe;
      listener().suspect(roomId);
    } catch (error) {
      report(error, `listen to news of room ${roomId}`);
      if (isCurrent(roomId, listening))
        clock.after(retryMs, () => {
          if (isCurrent(roomId, listening)) void open(roomId, listening);
        });
    }
  }

  async function publish(roomId: string, news: News): Promise<void> {
    try {
      await backplane.publish(roomId, news);
    } catch (error) {
      report(error, `publish news of room ${roomId}`);
    }
  }

  function drop(roomId: string, listening: Listening): void {
    if (isCurrent(roomId, listening)) rooms.delete(roomId);
    listening.unsubscribe?.().catch((error: unknown) => report(error, `stop listening to news of room ${roomId}`));
  }

  return {
    hold(roomId) {
      const listening = rooms.get(roomId) ?? { holds: 0 };
      if (listening.holds++ === 0) {
        rooms.set(roomId, listening);
        void open(roomId, listening);
      }
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        if (--listening.holds === 0) drop(roomId, listening);
      };
    },
    publish: (roomId, news) => void publish(roomId, news),
    close() {
      stopSuspecting();
      for (const [roomId, listening] of [...rooms]) drop(roomId, listening);
    },
  };
}
