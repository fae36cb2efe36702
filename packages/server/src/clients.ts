import type { Core, Session } from "@dialogue/core";
import { reportFloating } from "@dialogue/events";
import type { ClientRooms } from "./dialogue.ts";

/** The clients of this node, as an application asks for them. */
export function createClients(core: Core, report: (error: unknown, doing: string) => void) {
  function attended(userId: string): readonly string[] {
    return [...new Set(core.sessions(userId).flatMap((session) => session.rooms()))];
  }

  async function leaveAll(userId: string, visit?: (roomId: string) => void): Promise<void> {
    for (const roomId of attended(userId)) {
      await Promise.all(core.sessions(userId).map((session) => session.leave({ id: roomId })));
      visit?.(roomId);
    }
  }

  return {
    getClients: (userId: string): readonly Session[] => core.sessions(userId),
    getAllClients: (): readonly Session[] => core.sessions(),
    getClientRooms: (userId: string): ClientRooms => ({
      ids: attended(userId),
      forAll: (visit) => attended(userId).forEach(visit),
      leaveAll: (visit) =>
        reportFloating(leaveAll(userId, visit), (error) => report(error, `take user ${userId} out of all rooms`)),
    }),
  };
}
