import type { PublicUser } from "@dialogue/events";

/** One session's attendance of a room. */
export interface Attendee {
  readonly sessionId: string;
  readonly nodeId: string;
  readonly user: PublicUser;
}

/**
 * Who is in a room. An attendee lives as long as its node's lease.
 * 1. enter is idempotent by (room, session); the latest user facts win.
 * 2. leave is safe to call twice, and for one who never entered.
 * 3. An attendee of a node that has not renewed within its `ttlMs` is in no later roster.
 * 4. roster answers every attendee that entered through any node and has neither left nor lapsed.
 * 5. enter with a `maxUsers` that others already fill answers false and changes nothing; two racing for the last place do not both get it.
 * 6. forget ends the node's lease and removes its attendees.
 */
export interface PresenceStore {
  enter(roomId: string, attendee: Attendee, maxUsers?: number): Promise<boolean>;
  leave(roomId: string, sessionId: string): Promise<void>;
  roster(roomId: string): Promise<readonly Attendee[]>;
  renew(nodeId: string, ttlMs: number): Promise<void>;
  forget(nodeId: string): Promise<void>;
}
