import { DialogueError, type Limits } from "@dialogue/events";
import type { Clock } from "../clock.ts";
import type { Presence } from "../ephemeral/presence.ts";
import type { RoomNews } from "../ephemeral/room-news.ts";
import type { Typing } from "../ephemeral/typing.ts";
import type { HookRunner } from "../hook-runner.ts";
import type { Hooks } from "../hooks.ts";
import { publicUser } from "../identity.ts";
import type { Detach } from "../log/sink.ts";
import type { Report } from "../logger.ts";
import type { Attendee, PresenceStore } from "../ports/presence-store.ts";
import type { Room } from "../rooms/room.ts";
import { createSerial } from "../serial.ts";
import type { Within } from "../time-limit.ts";
import { createEntries } from "./entries.ts";
import type { LocalSession } from "./local-session.ts";

/** Which sessions of this node attend which rooms. Admission is the caller's matter; capacity is judged here. */
export interface Attendances {
  attends(session: LocalSession, roomId: string): boolean;
  /** Attends until `leave`. Rejects with ROOM_FULL, and RATE_LIMITED past `limits.roomsPerSession`. */
  join(session: LocalSession, room: Room): Promise<void>;
  /** Attends until the answer is called; where the session has lost its links, until it had the time to come back. */
  hold(session: LocalSession, room: Room): Promise<Detach>;
  /** Ends every hold; resolves when `onLeft` has ended. Never rejects. */
  leave(session: LocalSession, roomId: string): Promise<void>;
  /** Leaves every room, and resolves when all that it was leaving already is left too. Never rejects. */
  leaveAll(session: LocalSession): Promise<void>;
  /** The session's user bears other facts now. */
  rename(session: LocalSession): void;
  inRoom(roomId: string): readonly LocalSession[];
  /** The rooms that are attended here. */
  rooms(): readonly string[];
  /** Enters again who attends and is not in the roster. Never rejects, and touches nothing: the next reading shows it. */
  verify(roomId: string, roster: readonly Attendee[]): Promise<void>;
  /** Puts right what the store has lost, or could not be told. */
  reassert(): Promise<void>;
}

export interface AttendancesOptions {
  readonly nodeId: string;
  readonly store: PresenceStore;
  readonly presence: Presence;
  readonly typing: Typing;
  readonly news: RoomNews;
  readonly hooks: HookRunner;
  readonly clients: NonNullable<Hooks["clients"]>;
  readonly clock: Clock;
  readonly within: Within;
  readonly limits: Limits;
  readonly report: Report;
}

const joined = Symbol("joined");

export function createAttendances(options: AttendancesOptions): Attendances {
  const { presence, typing, news, hooks, clients, clock, limits, report } = options;
  const entries = createEntries(options);
  const serial = createSerial();
  const sessions = new Map<string, Set<LocalSession>>();

  function alone<T>(session: LocalSession, roomId: string, work: () => Promise<T>): Promise<T> {
    return serial.run(`${roomId} ${session.key}`, work);
  }

  /** Answers how `onJoined` goes, wrapped so that the lock does not wait for it. */
  async function enter(session: LocalSession, room: Room, hold: symbol): Promise<{ readonly told: Promise<void> }> {
    const standing = session.attends.get(room.id);
    if (standing) {
      standing.holds.add(hold);
      return { told: Promise.resolve() };
    }
    refuseEnded(session, room.id);
    if (session.attends.size + session.entering >= limits.roomsPerSession)
      throw new DialogueError("RATE_LIMITED", `cannot join room ${room.id}: the session attends too many rooms`);
    session.entering++;
    await enterStore(session, room).finally(() => session.entering--);
    refuseEnded(session, room.id);
    return { told: begin(session, room, hold) };
  }

  async function enterStore(session: LocalSession, room: Room): Promise<void> {
    if (!(await entries.enter(session, room.id, room.maxSize))) throw roomFull(room.id);
    if (session.hasEnded) await entries.leave(session, room.id);
  }

  function begin(session: LocalSession, room: Room, hold: symbol): Promise<void> {
    session.attends.set(room.id, { room, holds: new Set([hold]), unlisten: news.hold(room.id) });
    sessions.set(room.id, (sessions.get(room.id) ?? new Set()).add(session));
    presence.touch(room.id);
    return hooks.tell(`run onJoined for room ${room.id}`, () => clients.onJoined?.(session.client, room.id));
  }

  async function exit(session: LocalSession, roomId: string): Promise<{ readonly told: Promise<void> }> {
    const standing = session.attends.get(roomId);
    if (!standing) return { told: Promise.resolve() };
    session.attends.delete(roomId);
    forget(roomId, session);
    typing.set(roomId, session.key, publicUser(session.user), false);
    await entries.leave(session, roomId);
    presence.touch(roomId);
    standing.unlisten();
    return { told: hooks.tell(`run onLeft for room ${roomId}`, () => clients.onLeft?.(session.client, roomId)) };
  }

  function forget(roomId: string, session: LocalSession): void {
    const here = sessions.get(roomId);
    here?.delete(session);
    if (here?.size === 0) sessions.delete(roomId);
  }

  /** Lets the end of a session wait for it. */
  function tracked(session: LocalSession, going: Promise<void>): Promise<void> {
    const settled = going.catch((error: unknown) => report(error, "leave a room"));
    session.goings.add(settled);
    void settled.finally(() => session.goings.delete(settled));
    return settled;
  }

  async function release(session: LocalSession, roomId: string, hold: symbol): Promise<void> {
    const { told } = await alone(session, roomId, async () => {
      const standing = session.attends.get(roomId);
      if (!standing?.holds.delete(hold) || standing.holds.size > 0) return { told: Promise.resolve() };
      return exit(session, roomId);
    });
    await told;
  }

  async function leave(session: LocalSession, roomId: string): Promise<void> {
    const { told } = await alone(session, roomId, () => exit(session, roomId));
    await told;
  }

  /** A lost connection takes its subscriptions with it; the grace period is the session's, so the hold waits for it. */
  function releaseInTime(session: LocalSession, roomId: string, hold: symbol): void {
    const drop = (): void => void tracked(session, release(session, roomId, hold));
    clock.soon(() => {
      // The end of a session is the end of its holds.
      if (session.hasEnded) return;
      if (session.links.size > 0) drop();
      else session.lingering.push(drop);
    });
  }

  async function reassertRoom(roomId: string): Promise<void> {
    if (await heal(roomId, await entries.roster(roomId))) presence.touch(roomId);
  }

  /** Answers whether anyone was missing. */
  async function heal(roomId: string, roster: readonly Attendee[]): Promise<boolean> {
    const present = new Set(roster.map((attendee) => attendee.sessionId));
    const missing = [...(sessions.get(roomId) ?? [])].filter((session) => !present.has(session.key));
    for (const session of missing) await renew(session, roomId);
    return missing.length > 0;
  }

  function renew(session: LocalSession, roomId: string): Promise<void> {
    return alone(session, roomId, async () => {
      if (session.attends.has(roomId)) await entries.renew(session, roomId);
    });
  }

  async function rename(session: LocalSession, roomId: string): Promise<void> {
    try {
      await renew(session, roomId);
      presence.touch(roomId);
    } catch (error) {
      report(error, `rename a user in room ${roomId}`);
    }
  }

  return {
    attends: (session, roomId) => session.attends.has(roomId),
    async join(session, room) {
      const { told } = await alone(session, room.id, () => enter(session, room, joined));
      await told;
    },
    async hold(session, room) {
      const hold = Symbol("hold");
      // Not for the end of onJoined: what it triggers is for this subscription to see.
      await alone(session, room.id, () => enter(session, room, hold));
      let isHeld = true;
      return () => {
        if (isHeld) releaseInTime(session, room.id, hold);
        isHeld = false;
      };
    },
    leave: (session, roomId) => tracked(session, leave(session, roomId)),
    async leaveAll(session) {
      typing.clearSession(session.key);
      for (const roomId of session.attends.keys()) void tracked(session, leave(session, roomId));
      await Promise.all(session.goings);
    },
    rename(session) {
      for (const roomId of session.attends.keys()) void rename(session, roomId);
    },
    async verify(roomId, roster) {
      try {
        await heal(roomId, roster);
      } catch (error) {
        report(error, `enter room ${roomId} again`);
      }
    },
    inRoom: (roomId) => [...(sessions.get(roomId) ?? [])],
    rooms: () => [...sessions.keys()],
    async reassert() {
      for (const { session, roomId } of entries.unleft())
        await alone(session, roomId, async () => {
          if (!session.attends.has(roomId)) await entries.leave(session, roomId);
        });
      for (const roomId of [...sessions.keys()]) await reassertRoom(roomId);
    },
  };
}

/** The refusal of a room in which as many users attend as may. */
export function roomFull(roomId: string): DialogueError {
  return new DialogueError("ROOM_FULL", `cannot join room ${roomId}: it is full`);
}

function refuseEnded(session: LocalSession, roomId: string): void {
  if (session.hasEnded) throw new DialogueError("UNAVAILABLE", `cannot join room ${roomId}: the session has ended`);
}
