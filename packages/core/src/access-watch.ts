import type { Limits } from "@dialogue/events";
import type { Action, User } from "./access.ts";
import { roomNotFound } from "./authority.ts";
import type { Cancel, Clock } from "./clock.ts";
import type { Typing } from "./ephemeral/typing.ts";
import type { Hub } from "./log/hub.ts";
import type { Report } from "./logger.ts";
import type { EventLog } from "./ports/event-log.ts";
import type { RoomDirectory } from "./rooms/room-directory.ts";
import type { Attendances } from "./sessions/attendances.ts";
import type { Stay } from "./sessions/stay.ts";
import type { Attached } from "./subscriptions.ts";
import type { Within } from "./time-limit.ts";

/**
 * Ends what rests on a right that has ended: attendance and subscriptions. News says at once when to look; without
 * news, each change is found within `limits.headCheckMs`.
 */
export interface AccessWatch {
  start(): void;
  /** Rights in the room have changed. */
  recheck(roomId: string): void;
  /** The room is gone: ends whatever stands in it on this node. */
  gone(roomId: string): void;
  close(): void;
}

export interface AccessWatchOptions {
  readonly attached: ReadonlySet<Attached>;
  readonly attendances: Attendances;
  readonly stay: Stay;
  readonly stillAllows: (user: User, action: Action, roomId: string) => Promise<boolean>;
  readonly typing: Typing;
  readonly directory: RoomDirectory;
  readonly log: EventLog;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly within: Within;
  readonly limits: Limits;
  readonly report: Report;
}

export function createAccessWatch(options: AccessWatchOptions): AccessWatch {
  const { attached, attendances, stay, stillAllows, typing, directory, log, hub, clock, within, limits, report } =
    options;
  const versions = new Map<string, number>();
  let cancel: Cancel = () => undefined;
  let isClosed = false;

  async function judge(roomId: string): Promise<void> {
    const mine = [...attached].filter((subscription) => subscription.roomId === roomId);
    await Promise.all([
      ...attendances.inRoom(roomId).map(async (session) => {
        if (!(await stillAllows(session.user, "join", roomId))) await stay.leave(session, roomId, roomNotFound(roomId));
      }),
      ...mine.map(async (subscription) => {
        if (!(await stillAllows(subscription.user, subscription.action, roomId)))
          subscription.end(roomNotFound(roomId));
      }),
    ]);
  }

  function recheck(roomId: string): void {
    hub.recheck(roomId);
    judge(roomId).catch((error: unknown) => {
      // Not known is not refused: the next check asks again.
      versions.delete(roomId);
      report(error, `judge the rights in room ${roomId} again`);
    });
  }

  function gone(roomId: string): void {
    hub.end(roomId, roomNotFound(roomId));
    for (const subscription of [...attached])
      if (subscription.roomId === roomId) subscription.end(roomNotFound(roomId));
    typing.clearRoom(roomId);
    for (const session of attendances.inRoom(roomId)) void attendances.leave(session, roomId);
  }

  function watched(): readonly string[] {
    return [...new Set([...attendances.rooms(), ...[...attached].map((subscription) => subscription.roomId)])];
  }

  async function check(): Promise<void> {
    const rooms = watched();
    for (const roomId of versions.keys()) if (!rooms.includes(roomId)) versions.delete(roomId);
    if (rooms.length === 0) return;
    const heads = await within(limits.portMs, "check the rights in open rooms", log.heads(rooms));
    const there = await existing(rooms);
    for (const { roomId, aclVersion } of heads) {
      const known = versions.get(roomId);
      versions.set(roomId, aclVersion);
      if (!there.has(roomId)) gone(roomId);
      else if (known !== aclVersion) recheck(roomId);
    }
  }

  async function existing(rooms: readonly string[]): Promise<ReadonlySet<string>> {
    if (rooms.every((roomId) => directory.configured.has(roomId))) return new Set(rooms);
    const all = await within(limits.portMs, "check which open rooms stand", directory.list());
    return new Set(all.map((room) => room.id));
  }

  function wait(): void {
    cancel = clock.after(limits.headCheckMs, () => {
      void check()
        .catch((error: unknown) => report(error, "check the rights in open rooms"))
        .then(() => {
          if (!isClosed) wait();
        });
    });
  }

  return {
    start: wait,
    recheck,
    gone,
    close() {
      isClosed = true;
      cancel();
    },
  };
}
