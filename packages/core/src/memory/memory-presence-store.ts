import type { Clock } from "../clock.ts";
import type { Attendee, PresenceStore } from "../ports/presence-store.ts";

/** Presence within one process; leases run on the given clock. */
export function memoryPresenceStore(options: { readonly clock: Clock }): PresenceStore {
  const rooms = new Map<string, Map<string, Attendee>>();
  const leases = new Map<string, number>();

  function isLive(nodeId: string): boolean {
    return (leases.get(nodeId) ?? Number.NEGATIVE_INFINITY) > options.clock.elapsed();
  }

  function remove(roomId: string, sessionId: string): void {
    const room = rooms.get(roomId);
    room?.delete(sessionId);
    if (room?.size === 0) rooms.delete(roomId);
  }

  function removeNode(nodeId: string): void {
    leases.delete(nodeId);
    for (const [roomId, room] of rooms)
      for (const attendee of [...room.values()]) if (attendee.nodeId === nodeId) remove(roomId, attendee.sessionId);
  }

  function sweep(): void {
    for (const nodeId of [...leases.keys()]) if (!isLive(nodeId)) removeNode(nodeId);
  }

  function living(roomId: string): Attendee[] {
    return [...(rooms.get(roomId)?.values() ?? [])].filter((attendee) => isLive(attendee.nodeId));
  }

  function othersFill(roomId: string, attendee: Attendee, maxUsers: number): boolean {
    const here = living(roomId);
    if (here.some((other) => other.user.id === attendee.user.id)) return false;
    return new Set(here.map((other) => other.user.id)).size >= maxUsers;
  }

  return {
    async enter(roomId, attendee, maxUsers) {
      sweep();
      if (maxUsers !== undefined && othersFill(roomId, attendee, maxUsers)) return false;
      const room = rooms.get(roomId) ?? new Map<string, Attendee>();
      rooms.set(roomId, room.set(attendee.sessionId, attendee));
      return true;
    },
    async leave(roomId, sessionId) {
      remove(roomId, sessionId);
    },
    async roster(roomId) {
      sweep();
      return living(roomId);
    },
    async renew(nodeId, ttlMs) {
      sweep();
      leases.set(nodeId, options.clock.elapsed() + ttlMs);
    },
    async forget(nodeId) {
      removeNode(nodeId);
    },
  };
}
