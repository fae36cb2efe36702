import { DialogueError } from "@dialogue/events";
import type { Action, Can, User } from "./access.ts";
import type { HookRunner } from "./hook-runner.ts";
import type { Report } from "./logger.ts";
import type { Membership, RoomStore } from "./ports/room-store.ts";
import { checkRoomId, factsOf, type Room } from "./rooms/room.ts";
import type { RoomDirectory } from "./rooms/room-directory.ts";
import type { Within } from "./time-limit.ts";

/** Says who may do what. A failing `can` refuses; a store that is away rejects. */
export interface Authority {
  /** The room; ROOM_NOT_FOUND, in the same words, for none and for one whose existence the user may not know. */
  find(user: User | undefined, roomId: string): Promise<Room>;
  /** Refuses what `can` does not allow: JOIN_DENIED for a join, else PERMISSION_DENIED, ROOM_NOT_FOUND where it may not be listed either. */
  require(user: User, action: Action, room: Room): Promise<void>;
  /** Whether `can` allows it. */
  allows(user: User, action: Action, room: Room): Promise<boolean>;
  /** Whether the right that an open subscription rests on still stands. */
  stillAllows(user: User, action: Action, roomId: string): Promise<boolean>;
  /** Whether the room is public or the user its member. */
  isOpenTo(user: User, room: Room): Promise<boolean>;
  owns(user: User, room: Room): Promise<boolean>;
}

export function createAuthority(options: {
  readonly directory: RoomDirectory;
  readonly store: RoomStore;
  readonly can: Can | undefined;
  readonly hooks: HookRunner;
  readonly within: Within;
  readonly portMs: number;
  readonly report: Report;
}): Authority {
  const { directory, store, can, hooks, report } = options;

  function inTime<T>(roomId: string, work: Promise<T>): Promise<T> {
    return options.within(options.portMs, `find room ${roomId}`, work);
  }

  function membership(room: Room, user: User): Promise<Membership | undefined> {
    return inTime(room.id, store.membership(room.id, user.id));
  }

  async function isOpenTo(user: User, room: Room): Promise<boolean> {
    return room.visibility === "public" || (await membership(room, user)) !== undefined;
  }

  async function allows(user: User, action: Action, room: Room): Promise<boolean> {
    if (!can) return true;
    const doing = `ask whether a user may ${action} in room ${room.id}`;
    try {
      // Only true allows; JavaScript callers may answer anything.
      return (await hooks.ask(doing, () => can(user, action, factsOf(room)))) === true;
    } catch (error) {
      report(error, doing);
      return false;
    }
  }

  async function roomOf(roomId: string): Promise<Room | undefined> {
    return directory.configured.get(roomId) ?? inTime(roomId, directory.find(roomId));
  }

  async function known(user: User, roomId: string): Promise<Room | undefined> {
    const room = await roomOf(roomId);
    return room && (await isOpenTo(user, room)) ? room : undefined;
  }

  return {
    allows,
    isOpenTo,
    async find(user, roomId) {
      checkRoomId(roomId);
      const room = await (user ? known(user, roomId) : roomOf(roomId));
      if (!room) throw roomNotFound(roomId);
      return room;
    },
    async require(user, action, room) {
      if (await allows(user, action, room)) return;
      if (action === "list" || !(await allows(user, "list", room))) throw roomNotFound(room.id);
      if (action === "join") throw new DialogueError("JOIN_DENIED", `cannot join room ${room.id}: not allowed`);
      throw new DialogueError("PERMISSION_DENIED", `cannot ${action} in room ${room.id}: not allowed`);
    },
    async stillAllows(user, action, roomId) {
      const room = await known(user, roomId);
      return room !== undefined && (await allows(user, action, room));
    },
    async owns(user, room) {
      if (room.createdById === user.id) return true;
      return (await membership(room, user))?.role === "owner";
    },
  };
}

/** One answer for a room that is not there and for one that the caller may not know of. */
export function roomNotFound(roomId: string): DialogueError {
  return new DialogueError("ROOM_NOT_FOUND", `cannot find room ${roomId}: there is none that you may know of`);
}
