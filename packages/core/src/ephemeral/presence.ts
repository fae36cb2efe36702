import type { PresenceFrame, PublicUser } from "@dialogue/events";
import type { Cancel, Clock } from "../clock.ts";
import type { Detach, Sink } from "../log/sink.ts";
import type { Report } from "../logger.ts";
import type { Attendee, PresenceStore } from "../ports/presence-store.ts";
import type { Within } from "../time-limit.ts";
import type { RoomNews } from "./room-news.ts";
import { createRosterReaders, type RosterReaders } from "./roster-readers.ts";

/**
 * Who attends which room, per user over sessions and nodes. The store holds the truth; news only says when to
 * read it again, and without news it is read again in time to see a dead node's attendees go.
 */
export interface Presence {
  attach(roomId: string, sink: Sink<PresenceFrame>): Detach;
  /** Attendance changed on this node: reads again, and tells the other nodes. */
  touch(roomId: string): void;
  /** Attendance may have changed elsewhere: reads again. */
  refresh(roomId: string): void;
  /** Who attends now, by user id. */
  attendees(roomId: string): Promise<readonly PublicUser[]>;
}

interface RoomPresence {
  readonly readers: RosterReaders;
  isReading: boolean;
  isOutdated: boolean;
  next: Cancel;
}

/** Changes within this time of a read are read together. */
const gatherMs = 50;

export function createPresence(options: {
  readonly store: PresenceStore;
  readonly clock: Clock;
  readonly within: Within;
  readonly leaseMs: number;
  readonly portMs: number;
  readonly news: RoomNews;
  /** Shown each roster that is read for readers. */
  readonly verify: (roomId: string, roster: readonly Attendee[]) => Promise<void>;
  readonly report: Report;
}): Presence {
  const { store, clock, within, news, report } = options;
  // With the lease itself this bounds how long a dead node's attendees are seen: 12 s by the defaults.
  const rereadMs = options.leaseMs / 5;
  const rooms = new Map<string, RoomPresence>();

  function rosterOf(roomId: string): Promise<readonly Attendee[]> {
    return within(options.portMs, `read the roster of room ${roomId}`, store.roster(roomId));
  }

  async function read(roomId: string, room: RoomPresence): Promise<void> {
    room.isReading = true;
    room.isOutdated = false;
    room.next();
    try {
      const roster = await rosterOf(roomId);
      room.readers.settle(usersOf(roster));
      void options.verify(roomId, roster);
    } catch (error) {
      report(error, `follow the roster of room ${roomId}`);
    }
    room.next = clock.after(gatherMs, () => rest(roomId, room));
  }

  function rest(roomId: string, room: RoomPresence): void {
    room.isReading = false;
    if (rooms.get(roomId) !== room) return;
    if (room.isOutdated) void read(roomId, room);
    else room.next = clock.after(rereadMs, () => refresh(roomId));
  }

  function refresh(roomId: string): void {
    const room = rooms.get(roomId);
    if (!room) return;
    if (room.isReading) room.isOutdated = true;
    else void read(roomId, room);
  }

  function open(roomId: string): RoomPresence {
    const room = { readers: createRosterReaders(), isReading: false, isOutdated: false, next: () => undefined };
    rooms.set(roomId, room);
    return room;
  }

  return {
    attendees: async (roomId) => usersOf(await rosterOf(roomId)),
    refresh,
    attach(roomId, sink) {
      const room = rooms.get(roomId) ?? open(roomId);
      const release = news.hold(roomId);
      const detach = room.readers.attach(sink);
      refresh(roomId);
      return () => {
        detach();
        release();
        if (room.readers.size > 0 || rooms.get(roomId) !== room) return;
        rooms.delete(roomId);
        room.next();
      };
    },
    touch(roomId) {
      refresh(roomId);
      news.publish(roomId, { type: "presence" });
    },
  };
}

function usersOf(roster: readonly Attendee[]): readonly PublicUser[] {
  // By session, so that every node makes the same one of a user's names.
  const inOrder = [...roster].sort((a, b) => compare(a.sessionId, b.sessionId));
  const users = new Map(inOrder.map(({ user }) => [user.id, user]));
  return [...users.values()].sort((a, b) => compare(a.id, b.id));
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
