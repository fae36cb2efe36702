import { DialogueError, type DurableEnvelope, type Limits, systemUser } from "@dialogue/events";
import { envelopeOf } from "../log/envelope.ts";
import type { EventLog, Place } from "../ports/event-log.ts";
import type { Within } from "../time-limit.ts";
import type { Redaction } from "./redaction.ts";

/** All that one user has said, in every room. */
export interface UserEvents {
  /** Answers how many events it emptied. INVALID_REQUEST for the application's own name. */
  erase(userId: string): Promise<number>;
  export(userId: string): AsyncIterable<DurableEnvelope>;
}

export function createUserEvents(options: {
  readonly log: EventLog;
  readonly redaction: Redaction;
  readonly within: Within;
  readonly limits: Limits;
}): UserEvents {
  const { log, redaction, within, limits } = options;

  async function eraseSome(userId: string): Promise<number> {
    const doing = `erase the events of user ${userId}`;
    const places = await within(limits.portMs, doing, log.erase(userId, limits.retentionEvents));
    const rooms = new Map<string, number[]>();
    for (const { roomId, seq } of places) rooms.set(roomId, [...(rooms.get(roomId) ?? []), seq]);
    for (const [roomId, seqs] of rooms) await redaction.tellRecent(roomId, seqs);
    return places.length;
  }

  return {
    async erase(userId) {
      if (userId === systemUser)
        throw new DialogueError("INVALID_REQUEST", `cannot erase the events of user ${userId}: it is no user`);
      let erased = 0;
      let step: number;
      do {
        step = await eraseSome(userId);
        erased += step;
      } while (step === limits.retentionEvents);
      return erased;
    },
    async *export(userId) {
      const doing = `export the events of user ${userId}`;
      const limit = limits.readEvents;
      let after: Place | undefined;
      do {
        const events = await within(limits.portMs, doing, log.readFrom(userId, { after, limit }));
        for (const event of events) yield envelopeOf(event);
        after = events.length === limit ? events.at(-1) : undefined;
      } while (after);
    },
  };
}
