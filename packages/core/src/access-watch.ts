import type { Limits } from "@dialogue/events";
import type { Action, User } from "./access.ts";
import type { AttachedByRoom } from "./attached.ts";
import { roomNotFound } from "./authority.ts";
import type { Cancel, Clock } from "./clock.ts";
import type { Typing } from "./ephemeral/typing.ts";
import { createGate } from "./log/gate.ts";
import type { Hub } from "./log/hub.ts";
import type { Report } from "./logger.ts";
import type { EventLog } from "./ports/event-log.ts";
import type { RoomDirectory } from "./rooms/room-directory.ts";
import type { Attendances } from "./sessions/attendances.ts";
import type { Stay } from "./sessions/stay.ts";
import type { Within } from "./time-limit.ts";
import type { Deletions } from "./trigger/deletions.ts";

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
  readonly attached: AttachedByRoom;
  readonly attendances: Attendances;
  readonly deletions: Deletions;
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

/** Questions of rights under way at once. */
const judgedAtOnce = 32;

export function createAccessWatch(options: AccessWatchOptions): AccessWatch {
  const {
    attached,
    attendances,
    deletions,
    stay,
    stillAllows,
    typing,
    directory,
    log,
    hub,
    clock,
    within,
    limits,
    report,
  } = options;
  const versions = new Map<string, number>();
  const judging = createGate(judgedAtOnce);
  let cancel: Cancel = () => undefined;
  let isClosed = false;

  async function judge(roomId: string): Promise<void> {
    const allows = (user: User, action: Action) => judging.run(() => stillAllows(user, action, roomId));
    await Promise.all([
      ...attendances.inRoom(roomId).map(async (session) => {
        if (!(await allows(session.user, "join"))) await stay.leave(session, roomId, roomNotFound(roomId));
      }),
      ...attached.inRoom(roomId).map(async (subscription) => {
        if (!(await allows(subscription.user, subscription.action))) subscription.end(roomNotFound(roomId));
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
    deletions.deleted(roomId);
    hub.end(roomId, roomNotFound(roomId));
    for (const subscription of attached.inRoom(roomId)) subscription.end(roomNotFound(roomId));
    typing.clearRoom(roomId);
    for (const session of attendances.inRoom(roomId)) void attendances.leave(session, roomId);
  }

  async function check(): Promise<void> {
    const rooms = new Set([...attendances.rooms(), ...attached.rooms()]);
    for (const roomId of versions.keys()) if (!rooms.has(roomId)) versions.delete(roomId);
    if (rooms.size === 0) return;
    const heads = await within(limits.portMs, "check the rights in open rooms", log.heads([...rooms]));
    for (const { roomId, aclVersion } of heads) {
      if (versions.get(roomId) === aclVersion) continue;
      versions.set(roomId, aclVersion);
      void look(roomId);
    }
  }

  /** Its rights have changed, or it is gone: that raises the version too. */
  async function look(roomId: string): Promise<void> {
    const doing = `look into room ${roomId}`;
    try {
      const room = await judging.run(() => within(limits.portMs, doing, directory.find(roomId)));
      if (room) recheck(roomId);
      else gone(roomId);
    } catch (error) {
      versions.delete(roomId);
      report(error, doing);
    }
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
