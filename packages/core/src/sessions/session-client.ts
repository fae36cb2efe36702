import { reportFloating } from "@dialogue/events";
import type { Session } from "../core.ts";
import type { Report } from "../logger.ts";
import type { LocalSession } from "./local-session.ts";
import type { Stay } from "./stay.ts";

/** What never changes in a session. */
export interface SessionFacts {
  readonly id: string;
  readonly isFirst: boolean;
  readonly ready: Promise<void>;
}

/** What hooks and callers hold of a session. */
export function sessionClient(
  facts: SessionFacts,
  self: () => LocalSession,
  acts: { readonly stay: Stay; readonly end: (session: LocalSession) => void; readonly report: Report },
): Session {
  const { stay, end, report } = acts;
  return {
    ...facts,
    get userId() {
      return self().user.id;
    },
    get user() {
      return self().user;
    },
    get resumed() {
      return self().isResumed;
    },
    join(room) {
      const roomId = idOf(room);
      return reportFloating(stay.join(self(), roomId), (error) => report(error, `join room ${roomId}`));
    },
    leave: (room) => stay.leave(self(), idOf(room)),
    rooms: () => [...self().attends.keys()],
    disconnect: () => end(self()),
  };
}

function idOf(room: string | { readonly id: string }): string {
  return typeof room === "string" ? room : room.id;
}
