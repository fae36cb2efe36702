import { DialogueError } from "@dialogue/events";
import type { Action } from "./access.ts";
import type { Authority } from "./authority.ts";
import type { Clock } from "./clock.ts";
import type { Caller } from "./core.ts";
import { checkIdentity } from "./identity.ts";
import type { Room } from "./rooms/room.ts";
import type { Admission } from "./sessions/admission.ts";
import type { Attendances } from "./sessions/attendances.ts";
import type { LocalSession } from "./sessions/local-session.ts";
import type { Sessions } from "./sessions/sessions.ts";
import type { TokenBuckets } from "./token-bucket.ts";

/** What every call is judged by, whatever it asks for. */
export interface Callers {
  /** Throws UNAVAILABLE once the node stops, or the caller's session has ended; UNAUTHENTICATED for a lapsed identity. */
  check(caller: Caller): void;
  /** The same, and takes one of the user's calls: RATE_LIMITED when there is none left. */
  count(caller: Caller, doing: string): void;
  localOf(caller: Caller): LocalSession | undefined;
  /** Throws INVALID_REQUEST for a call without session. */
  sessionOf(caller: Caller, doing: string): LocalSession;
  /** The room, once the caller may do that there: as one who attends it, or who might come in. */
  authorise(caller: Caller, roomId: string, action: Action): Promise<Room>;
}

export function createCallers(options: {
  readonly sessions: Sessions;
  readonly authority: Authority;
  readonly admission: Admission;
  readonly attendances: Attendances;
  readonly calls: TokenBuckets;
  readonly clock: Clock;
  readonly checkServing: () => void;
}): Callers {
  const { sessions, authority, admission, attendances, calls, clock, checkServing } = options;

  function localOf(caller: Caller): LocalSession | undefined {
    const session = caller.session && sessions.local(caller.session);
    return session?.user.id === caller.user.id ? session : undefined;
  }

  function check(caller: Caller): void {
    checkServing();
    checkIdentity(caller.user, clock);
    if (caller.session && !localOf(caller))
      throw new DialogueError("UNAVAILABLE", "cannot serve the call: its session has ended");
  }

  return {
    check,
    localOf,
    count(caller, doing) {
      check(caller);
      calls.take(caller.user.id, doing);
    },
    sessionOf(caller, doing) {
      const session = localOf(caller);
      if (!session) throw new DialogueError("INVALID_REQUEST", `cannot ${doing}: the call has no session`);
      return session;
    },
    async authorise(caller, roomId, action) {
      check(caller);
      const room = await authority.find(caller.user, roomId);
      const session = localOf(caller);
      const attends = session !== undefined && attendances.attends(session, roomId);
      if (!attends) await admission.admitVisitor(caller.user, room);
      if (attends || action !== "join") await authority.require(caller.user, action, room);
      return room;
    },
  };
}
