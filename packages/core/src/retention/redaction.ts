import type { Limits } from "@dialogue/events";
import type { RoomNews } from "../ephemeral/room-news.ts";
import type { Hub } from "../log/hub.ts";
import type { EventLog } from "../ports/event-log.ts";
import type { Within } from "../time-limit.ts";

/** Empties events, and has every node forget what they held. */
export interface Redaction {
  /** False when the log holds no such event. Again is harmless. */
  redact(roomId: string, id: string): Promise<boolean>;
  /** These events are empty in the log: the memory of this node and of the others follows. */
  tell(roomId: string, seqs: readonly number[]): void;
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
    for (const seq of seqs) {
      hub.redact(roomId, seq);
      news.publish(roomId, { type: "redacted", seq });
    }
  }

  async function redactAndTell(roomId: string, id: string): Promise<boolean> {
    const event = await log.find(roomId, id);
    if (!event || !(await log.redact(roomId, id))) return false;
    // Also when nobody waits any more: late or not, it is empty.
    tell(roomId, [event.seq]);
    return true;
  }

  return {
    tell,
    redact: (roomId, id) => within(limits.portMs, `redact event ${id} of room ${roomId}`, redactAndTell(roomId, id)),
  };
}
