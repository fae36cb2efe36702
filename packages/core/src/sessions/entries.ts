import type { Limits } from "@dialogue/events";
import { publicUser } from "../identity.ts";
import type { Report } from "../logger.ts";
import type { Attendee, PresenceStore } from "../ports/presence-store.ts";
import type { Within } from "../time-limit.ts";
import type { LocalSession } from "./local-session.ts";

/** What this node has entered in the presence store. */
export interface Entries {
  /** False when others fill the room. Rejects when the store does not answer; nothing is left behind then, or is left later. */
  enter(session: LocalSession, roomId: string, maxUsers?: number): Promise<boolean>;
  /** Enters again, with the user's facts of now. */
  renew(session: LocalSession, roomId: string): Promise<void>;
  /** Never rejects: what the store cannot be told now is told by `retry`. */
  leave(session: LocalSession, roomId: string): Promise<void>;
  /** What the store may hold though it was left. */
  unleft(): readonly { readonly session: LocalSession; readonly roomId: string }[];
  roster(roomId: string): Promise<readonly Attendee[]>;
}

export function createEntries(options: {
  readonly nodeId: string;
  readonly store: PresenceStore;
  readonly within: Within;
  readonly limits: Pick<Limits, "portMs">;
  readonly report: Report;
}): Entries {
  const { nodeId, store, within, report } = options;
  const { portMs } = options.limits;
  const unleft = new Map<string, { readonly session: LocalSession; readonly roomId: string }>();

  function attendeeOf(session: LocalSession): Attendee {
    return { sessionId: session.key, nodeId, user: publicUser(session.user) };
  }

  async function put(session: LocalSession, roomId: string, maxUsers?: number): Promise<boolean> {
    const hasEntered = await within(portMs, `enter room ${roomId}`, store.enter(roomId, attendeeOf(session), maxUsers));
    unleft.delete(`${roomId} ${session.key}`);
    return hasEntered;
  }

  async function leave(session: LocalSession, roomId: string): Promise<void> {
    const fact = `${roomId} ${session.key}`;
    try {
      await within(portMs, `leave room ${roomId}`, store.leave(roomId, session.key));
      unleft.delete(fact);
    } catch (error) {
      unleft.set(fact, { session, roomId });
      report(error, `leave room ${roomId}`);
    }
  }

  return {
    leave,
    async enter(session, roomId, maxUsers) {
      try {
        return await put(session, roomId, maxUsers);
      } catch (error) {
        // It may have taken effect, or take it yet: left now, and once more later.
        await leave(session, roomId);
        unleft.set(`${roomId} ${session.key}`, { session, roomId });
        throw error;
      }
    },
    async renew(session, roomId) {
      await put(session, roomId);
    },
    unleft: () => [...unleft.values()],
    roster: (roomId) => within(portMs, `read the roster of room ${roomId}`, store.roster(roomId)),
  };
}
