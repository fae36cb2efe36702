import type { Cursor } from "@dialogue/events";
import type { Clock } from "../clock.ts";
import type { Membership, RoomStore, StoredRoom } from "../ports/room-store.ts";

/** What a room store in memory is made of. */
export interface MemoryRoomStoreOptions {
  readonly clock: Clock;
  /** Told of every change of a room's membership or rights. */
  readonly raiseAclVersion: (roomId: string) => void;
}

interface Consumption {
  nodeId: string | undefined;
  /** By the monotonic clock. */
  claimedUntil: number;
  mark: Cursor | undefined;
}

/** A RoomStore that lives as long as the process. */
export function memoryRoomStore({ clock, raiseAclVersion }: MemoryRoomStoreOptions): RoomStore {
  const rooms = new Map<string, StoredRoom>();
  const members = new Map<string, Map<string, Membership>>();
  const consumptions = new Map<string, Consumption>();

  function consumption(consumer: string, roomId: string): Consumption {
    const key = JSON.stringify([consumer, roomId]);
    const known = consumptions.get(key) ?? { nodeId: undefined, claimedUntil: 0, mark: undefined };
    consumptions.set(key, known);
    return known;
  }

  function isHeld(by: Consumption): boolean {
    return by.nodeId !== undefined && by.claimedUntil > clock.elapsed();
  }

  return {
    async create(room) {
      if (rooms.has(room.id)) return false;
      rooms.set(room.id, copy(room));
      return true;
    },
    async get(id) {
      return rooms.get(id);
    },
    async list() {
      return [...rooms.values()].sort((a, b) => compare(a.id, b.id));
    },
    async update(id, change) {
      const room = rooms.get(id);
      if (!room) return undefined;
      const changed = copy({ ...room, ...change });
      rooms.set(id, changed);
      return changed;
    },
    async remove(id) {
      const had = members.delete(id);
      const removed = rooms.delete(id);
      if (had || removed) raiseAclVersion(id);
      return removed;
    },
    async countOwnedBy(userId) {
      return [...rooms.values()].filter((room) => room.createdById === userId).length;
    },
    async grant(roomId, { userId, role }) {
      const ofRoom = members.get(roomId) ?? new Map<string, Membership>();
      if (ofRoom.get(userId)?.role === role) return;
      members.set(roomId, ofRoom.set(userId, Object.freeze({ userId, role })));
      raiseAclVersion(roomId);
    },
    async revoke(roomId, userId) {
      if (members.get(roomId)?.delete(userId)) raiseAclVersion(roomId);
    },
    async membership(roomId, userId) {
      return members.get(roomId)?.get(userId);
    },
    async members(roomId) {
      return [...(members.get(roomId)?.values() ?? [])].sort((a, b) => compare(a.userId, b.userId));
    },
    async claim(consumer, roomId, nodeId, ttlMs) {
      const current = consumption(consumer, roomId);
      if (isHeld(current) && current.nodeId !== nodeId) return false;
      current.nodeId = nodeId;
      current.claimedUntil = clock.elapsed() + ttlMs;
      return true;
    },
    async release(consumer, roomId, nodeId) {
      const current = consumption(consumer, roomId);
      if (current.nodeId === nodeId) current.nodeId = undefined;
    },
    async readMark(consumer, roomId) {
      return consumption(consumer, roomId).mark;
    },
    async setReadMark(consumer, roomId, nodeId, cursor) {
      const current = consumption(consumer, roomId);
      if (!isHeld(current) || current.nodeId !== nodeId) return false;
      current.mark = cursor;
      return true;
    },
  };
}

// As a database would: later changes to what was given do not reach what is stored.
function copy(room: StoredRoom): StoredRoom {
  return JSON.parse(JSON.stringify(room), (_key, value: unknown) => Object.freeze(value));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
