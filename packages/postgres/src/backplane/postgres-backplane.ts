import { randomUUID } from "node:crypto";
import type { Backplane, Clock, News, Report } from "@dialogue/core";
import { openChannel } from "./channel.ts";
import { nodeClock } from "./node-clock.ts";
import { createOutbox } from "./outbox.ts";
import { noticeOf, payloadOf } from "./wire.ts";

/** What the backplane is made of. */
export interface PostgresBackplaneOptions {
  /** Leads to PostgreSQL itself: a pooler in transaction mode does not carry LISTEN. */
  readonly url: string;
  /** Told of lost connections and of listeners that throw. */
  readonly report: Report;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

/** A backplane that holds a connection. */
export interface PostgresBackplane extends Backplane {
  /** Sends what waits and ends the connection. Safe to call twice. */
  close(): Promise<void>;
}

/** The least time between two NOTIFYs, whatever is said. */
const pauseMs = 10;

/**
 * News over LISTEN and NOTIFY, for a handful of nodes. Bells go without their events, gathered for some milliseconds, the
 * last of each room; what does not fit into a NOTIFY is refused with PAYLOAD_TOO_LARGE. Rejects with UNAVAILABLE when the
 * database cannot be reached.
 */
export async function postgresBackplane(options: PostgresBackplaneOptions): Promise<PostgresBackplane> {
  const { url, report, clock = nodeClock } = options;
  const nodeId = randomUUID();
  const rooms = new Map<string, Set<(news: News) => void>>();
  const suspects = new Set<() => void>();
  const outbox = createOutbox(nodeId);
  /** What sends the news that waits now; all who put some await it. */
  let flush: Promise<void> | undefined;
  let sentAt = Number.NEGATIVE_INFINITY;

  const channel = await openChannel({
    ...{ url, report, clock, hear },
    probe: (probe) => payloadOf(nodeId, [], { probe }),
    again() {
      suspect();
      // What this node said meanwhile the others have not heard, and nothing else tells them.
      channel
        .notify([payloadOf(nodeId, [], { wasAway: true })])
        .catch((error: unknown) => report(error, "publish news"));
    },
  });

  function hear(payload: string): void {
    const notice = noticeOf(payload);
    if (!notice) return;
    if (notice.nodeId === nodeId) return channel.echoed(notice.probe ?? 0);
    if (notice.wasAway) suspect();
    for (const { roomId, news } of notice.news) tell(roomId, news);
  }

  function tell(roomId: string, news: News): void {
    for (const listen of [...(rooms.get(roomId) ?? [])]) safely(() => listen(news), `hear news of room ${roomId}`);
  }

  function suspect(): void {
    for (const call of [...suspects]) safely(call, "suspect a loss of news");
  }

  function safely(run: () => void, doing: string): void {
    try {
      run();
    } catch (error) {
      report(error, doing);
    }
  }

  async function send(): Promise<void> {
    const waitMs = sentAt + pauseMs - clock.elapsed();
    // A promise's turn at least, so that what is said at once goes together.
    await (waitMs > 0 ? new Promise<void>((resolve) => clock.after(waitMs, resolve)) : Promise.resolve());
    const payloads = outbox.take();
    flush = undefined;
    sentAt = clock.elapsed();
    if (payloads.length > 0) await channel.notify(payloads);
  }

  return {
    async publish(roomId, news) {
      outbox.put(roomId, news);
      flush ??= send();
      await flush;
    },
    async subscribe(roomId, listen) {
      const listeners = rooms.get(roomId) ?? new Set();
      rooms.set(roomId, listeners);
      // Its own function, so that one listener given twice ends twice.
      const mine = (news: News): void => listen(news);
      listeners.add(mine);
      return async () => {
        listeners.delete(mine);
        if (listeners.size === 0 && rooms.get(roomId) === listeners) rooms.delete(roomId);
      };
    },
    onSuspect(call) {
      const mine = (): void => call();
      suspects.add(mine);
      return () => void suspects.delete(mine);
    },
    async close() {
      // Whoever put it is told whether it went.
      await Promise.allSettled([flush]);
      await channel.close();
    },
  };
}
