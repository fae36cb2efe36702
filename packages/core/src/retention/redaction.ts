import type { Limits } from "@dialogue/events";
import type { RoomNews } from "../ephemeral/room-news.ts";
import type { Hub } from "../log/hub.ts";
import type { EventLog } from "../ports/event-log.ts";
import type { Within } from "../time-limit.ts";

/** Empties events, and has every node forget what they held. */
export interface Redaction {
  /** False when the log holds no such event. Again is harmless. */
  redact(roomId: string, id: string): Promise<boolean>;
  /** Many events are empty in the log: the memory of every node that may hold one follows. */
  tellRecent(roomId: string, seqs: readonly number[]): Promise<void>;
}

export function createRedaction(options: {
  readonly log: EventLog;
  readonly hub: Hub;
  readonly news: RoomNews;
  readonly within: Within;
  readonly limits: Limits;
}): Redaction {
  const { log, hub, news, within, limits } = options;

  function tell(roomId: string, seqs: readonly number[]): void {
    hub.redact(roomId, seqs);
    for (const seq of seqs) news.publish(roomId, { type: "redacted", seq });
  }

  async function redactAndTell(roomId: string, id: string): Promise<boolean> {
    const event = await log.find(roomId, id);
    if (!event || !(await log.redact(roomId, id))) return false;
    // Also when nobody waits any more: late or not, it is empty.
    tell(roomId, [event.seq]);
    return true;
  }

  return {
    async tellRecent(roomId, seqs) {
      const [head] = await within(limits.portMs, `read the head of room ${roomId}`, log.heads([roomId]));
      // A ring holds none that is older, and a room may have millions.
      const low = (head?.head.seq ?? 0) - limits.ringEvents;
      const recent = seqs.filter((seq) => seq > low);
      tell(roomId, recent);
    },
    redact: (roomId, id) => within(limits.portMs, `redact event ${id} of room ${roomId}`, redactAndTell(roomId, id)),
  };
}
