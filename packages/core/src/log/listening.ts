import type { Clock } from "../clock.ts";
import type { Report } from "../logger.ts";
import type { Backplane, News, Unsubscribe } from "../ports/backplane.ts";
import type { Retry } from "./retry.ts";

/** A room's subscription to the backplane, kept up until it is closed. */
export interface Listening {
  /** Resolves when it is active, or after a while without an answer: a backplane that is away must not hold up a room. */
  readonly begun: Promise<void>;
  close(): Promise<void>;
}

/** How long a room waits for the backplane before it opens without. */
const patienceMs = 1_000;

/** `late` is called when it became active only after `begun`: what was said until then has been missed. */
export function listenTo(options: {
  readonly backplane: Backplane;
  readonly roomId: string;
  readonly clock: Clock;
  readonly retry: Retry;
  readonly report: Report;
  readonly hear: (news: News) => void;
  readonly late: () => void;
}): Listening {
  const { backplane, roomId, clock, retry, report, hear, late } = options;
  let isClosed = false;
  let hasBegun = false;
  let unsubscribe: Unsubscribe | undefined;
  const waiting: (() => void)[] = [];
  const begun = new Promise<void>((resolve) => waiting.push(resolve));
  const cancelPatience = clock.after(patienceMs, begin);

  function begin(): void {
    hasBegun = true;
    cancelPatience();
    for (const go of waiting.splice(0)) go();
  }

  async function subscribe(): Promise<void> {
    const end = await backplane.subscribe(roomId, (news) => {
      if (!isClosed) hear(news);
    });
    if (isClosed || unsubscribe) return end();
    unsubscribe = end;
    if (hasBegun) late();
    begin();
  }

  void retry({
    doing: `listen to room ${roomId}`,
    ask: subscribe,
    isOver: () => isClosed || unsubscribe !== undefined,
    failed: begin,
  });

  return {
    begun,
    async close() {
      if (isClosed) return;
      isClosed = true;
      begin();
      try {
        await unsubscribe?.();
      } catch (error) {
        // Whatever is still heard is not listened to.
        report(error, `stop listening to room ${roomId}`);
      }
    },
  };
}
