import type { Limits } from "@dialogue/events";
import type { Logger } from "../logger.ts";
import type { EventLog, StoredEvent } from "../ports/event-log.ts";
import type { Room } from "../rooms/room.ts";
import type { Within } from "../time-limit.ts";
import type { Redaction } from "./redaction.ts";
import { rulesOf } from "./retention-rules.ts";

export interface RetentionStepOptions {
  readonly log: EventLog;
  readonly redaction: Redaction;
  readonly within: Within;
  readonly limits: Limits;
  readonly logger: Logger;
}

/** Places read at once to find those that may go: what stands behind them comes along. */
const placesAtOnce = 100;

/** What one step did in one room. */
export interface RetentionStepDone {
  readonly redacted: number;
  readonly purged: number;
  readonly isMore: boolean;
}

/**
 * One step in one room. The oldest events that a policy lets go lose their data
 * and keep their place; then the places at the beginning of the log that nothing but such events hold go too, once a
 * resend of them need no longer be known.
 */
export function createRetentionStep(options: RetentionStepOptions): (room: Room) => Promise<RetentionStepDone> {
  const { log, redaction, within, limits, logger } = options;

  /** Removes the places at the beginning that are empty since before that time. */
  async function purge(roomId: string, before: number): Promise<number> {
    const isSpent = (event: StoredEvent): boolean => event.redacted && event.timestamp < before;
    const [oldest] = (await log.read(roomId, { after: 0, limit: 1 })).events;
    if (!oldest || !isSpent(oldest)) return 0;
    const { events } = await log.read(roomId, { after: 0, limit: placesAtOnce });
    const standing = events.findIndex((event) => !isSpent(event));
    const spent = standing === -1 ? events : events.slice(0, standing);
    return log.purge(roomId, spent.at(-1)?.seq ?? 0);
  }

  return async (room) => {
    const doing = `apply retention to room ${room.id}`;
    const limit = limits.retentionEvents;
    let redacted = 0;
    let isMore = false;
    let at = Number.NEGATIVE_INFINITY;
    for (const rule of rulesOf(room)) {
      const retained = await within(limits.portMs, doing, log.retain(room.id, { ...rule, limit }));
      if (retained.seqs.length > 0) await redaction.tellRecent(room.id, retained.seqs);
      at = retained.at;
      redacted += retained.seqs.length;
      isMore ||= retained.seqs.length === limit;
    }
    const purged = await within(limits.portMs, doing, purge(room.id, at - limits.resendMs));
    if (redacted + purged > 0) logger.info({ roomId: room.id, redacted, purged }, "retention let events go");
    return { redacted, purged, isMore: isMore || purged === placesAtOnce };
  };
}
