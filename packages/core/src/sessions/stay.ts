import type { DialogueError, RoomInfo } from "@dialogue/events";
import { type Authority, roomNotFound } from "../authority.ts";
import type { Admission } from "./admission.ts";
import type { Attendances } from "./attendances.ts";
import type { LocalSession } from "./local-session.ts";

/** How a session comes into a room and goes, whoever asks for it. */
export interface Stay {
  join(session: LocalSession, roomId: string): Promise<RoomInfo>;
  /** Ends the session's subscriptions to the room (with the error, where it was not its own wish), and its attendance. */
  leave(session: LocalSession, roomId: string, error?: DialogueError): Promise<void>;
}

export function createStay(options: {
  readonly authority: Authority;
  readonly admission: Admission;
  readonly attendances: Attendances;
}): Stay {
  const { authority, admission, attendances } = options;

  async function leave(session: LocalSession, roomId: string, error?: DialogueError): Promise<void> {
    for (const subscription of [...session.subscriptions]) if (subscription.roomId === roomId) subscription.end(error);
    await attendances.leave(session, roomId);
  }

  return {
    leave,
    async join(session, roomId) {
      const room = await authority.find(session.user, roomId);
      if (!attendances.attends(session, roomId)) await admission.admit(session.user, room);
      await attendances.join(session, room);
      // A right that ended in the meantime was nobody's to end yet.
      if (room.visibility === "private" && !(await authority.stillAllows(session.user, "join", roomId))) {
        await leave(session, roomId, roomNotFound(roomId));
        throw roomNotFound(roomId);
      }
      return admission.roomInfo(room);
    },
  };
}
