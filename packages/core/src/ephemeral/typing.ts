import type { PublicUser, TypingFrame } from "@dialogue/events";
import type { Cancel, Clock } from "../clock.ts";
import type { Detach, Frame, Sink } from "../log/sink.ts";
import { createLatestSinks, type LatestSinks } from "./latest-sink.ts";
import type { RoomNews } from "./room-news.ts";

/**
 * Who types in which room. An entry lapses `typingMs` after this node last heard of it, whatever else happens:
 * a lost "stopped" cannot stick.
 */
export interface Typing {
  attach(roomId: string, sink: Sink<TypingFrame>): Detach;
  /** A session on this node began, went on or stopped. */
  set(roomId: string, sessionKey: string, user: PublicUser, isTyping: boolean): void;
  /** Another node said so. */
  hear(roomId: string, sessionKey: string, user: PublicUser, isTyping: boolean): void;
  /** The user's say is said: an event of theirs was accepted. Tells the others. */
  clearUser(roomId: string, userId: string): void;
  /** The same, as heard from the node that accepted it. */
  hearEvent(roomId: string, userId: string): void;
  /** The session has ended, wherever it typed. */
  clearSession(sessionKey: string): void;
  /** Forgets everyone: the room is gone. */
  clearRoom(roomId: string): void;
}

interface Entry {
  readonly user: PublicUser;
  readonly lapse: Cancel;
}

interface RoomTyping {
  readonly entries: Map<string, Entry>;
  readonly sinks: LatestSinks<TypingFrame>;
  frame: Frame<TypingFrame>;
}

/** A repeat sooner than this is taken in and not passed on. */
const repeatMs = 1_000;

export function createTyping(options: {
  readonly clock: Clock;
  readonly typingMs: number;
  readonly news: RoomNews;
}): Typing {
  const { clock, typingMs, news } = options;
  // A third, so that a repeat is passed on before the entry lapses on other nodes.
  const quietMs = Math.min(repeatMs, typingMs / 3);
  const rooms = new Map<string, RoomTyping>();
  const toldAt = new Map<string, number>();
  /** Where each session types: its end costs nothing for the other rooms. */
  const roomsOf = new Map<string, Set<string>>();

  function open(roomId: string): RoomTyping {
    const known = rooms.get(roomId);
    if (known) return known;
    const room: RoomTyping = {
      entries: new Map(),
      frame: { data: { users: [] } },
      sinks: createLatestSinks(() => room.frame),
    };
    rooms.set(roomId, room);
    return room;
  }

  function settle(roomId: string, room: RoomTyping): void {
    const users = usersOf(room.entries);
    if (!isSame(users, room.frame.data.users)) {
      room.frame = { data: { users } };
      room.sinks.changed(room.frame);
    }
    if (room.entries.size === 0 && room.sinks.size === 0) rooms.delete(roomId);
  }

  function put(roomId: string, key: string, user: PublicUser): void {
    const room = open(roomId);
    room.entries.get(key)?.lapse();
    roomsOf.set(key, (roomsOf.get(key) ?? new Set()).add(roomId));
    room.entries.set(key, { user, lapse: clock.after(typingMs, () => drop(roomId, key)) });
    settle(roomId, room);
  }

  function drop(roomId: string, key: string): boolean {
    const room = rooms.get(roomId);
    const entry = room?.entries.get(key);
    if (!room || !entry) return false;
    entry.lapse();
    room.entries.delete(key);
    forget(key, roomId);
    settle(roomId, room);
    return true;
  }

  function forget(key: string, roomId: string): void {
    const typedIn = roomsOf.get(key);
    typedIn?.delete(roomId);
    if (typedIn?.size === 0) roomsOf.delete(key);
  }

  function keysOf(roomId: string, userId: string): readonly [string, PublicUser][] {
    const entries = [...(rooms.get(roomId)?.entries ?? [])];
    return entries.filter(([, entry]) => entry.user.id === userId).map(([key, entry]) => [key, entry.user]);
  }

  /** Says that somebody types, unless the same session said so a moment ago. */
  function tell(roomId: string, sessionId: string, user: PublicUser): void {
    const fact = `${roomId} ${sessionId}`;
    const now = clock.elapsed();
    if (now - (toldAt.get(fact) ?? Number.NEGATIVE_INFINITY) < quietMs) return;
    toldAt.set(fact, now);
    clock.after(quietMs, () => {
      if (toldAt.get(fact) === now) toldAt.delete(fact);
    });
    news.publish(roomId, { type: "typing", user, sessionId, isTyping: true });
  }

  function stop(roomId: string, sessionId: string, user: PublicUser): void {
    if (!drop(roomId, sessionId)) return;
    toldAt.delete(`${roomId} ${sessionId}`);
    news.publish(roomId, { type: "typing", user, sessionId, isTyping: false });
  }

  return {
    attach(roomId, sink) {
      const room = open(roomId);
      const release = news.hold(roomId);
      const detach = room.sinks.attach(sink);
      return () => {
        detach();
        release();
        if (rooms.get(roomId) === room) settle(roomId, room);
      };
    },
    set(roomId, sessionKey, user, isTyping) {
      if (!isTyping) return stop(roomId, sessionKey, user);
      put(roomId, sessionKey, user);
      tell(roomId, sessionKey, user);
    },
    hear(roomId, sessionKey, user, isTyping) {
      if (isTyping) put(roomId, sessionKey, user);
      else drop(roomId, sessionKey);
    },
    clearUser(roomId, userId) {
      for (const [key, user] of keysOf(roomId, userId)) stop(roomId, key, user);
    },
    hearEvent(roomId, userId) {
      for (const [key] of keysOf(roomId, userId)) drop(roomId, key);
    },
    clearSession(sessionKey) {
      for (const roomId of [...(roomsOf.get(sessionKey) ?? [])]) {
        const entry = rooms.get(roomId)?.entries.get(sessionKey);
        if (entry) stop(roomId, sessionKey, entry.user);
      }
    },
    clearRoom(roomId) {
      for (const key of [...(rooms.get(roomId)?.entries.keys() ?? [])]) drop(roomId, key);
    },
  };
}

/** A user's tabs are one user. */
function usersOf(entries: ReadonlyMap<string, Entry>): readonly PublicUser[] {
  const users = new Map<string, PublicUser>();
  for (const { user } of entries.values()) users.set(user.id, user);
  return [...users.values()];
}

function isSame(left: readonly PublicUser[], right: readonly PublicUser[]): boolean {
  return (
    left.length === right.length && left.every((user, at) => user.id === right[at]?.id && user.name === right[at]?.name)
  );
}
