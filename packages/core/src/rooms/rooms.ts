import { DialogueError, type Limits, type PublicUser, type RoomInfo } from "@dialogue/events";
import type { Action, User } from "../access.ts";
import type { Authority } from "../authority.ts";
import type { Caller, Rooms } from "../core.ts";
import type { HookRunner } from "../hook-runner.ts";
import type { Hooks } from "../hooks.ts";
import { createGate } from "../log/gate.ts";
import type { EventLog } from "../ports/event-log.ts";
import type { Membership, RoomChange, RoomStore, StoredRoom } from "../ports/room-store.ts";
import { createSerial } from "../serial.ts";
import type { Within } from "../time-limit.ts";
import { metadataJson } from "../trigger/stored-form.ts";
import { checkRoom, type Room } from "./room.ts";
import type { RoomDirectory } from "./room-directory.ts";
import { storedRoom } from "./room-draft.ts";

export interface RoomsOptions {
  readonly directory: RoomDirectory;
  readonly authority: Authority;
  readonly store: RoomStore;
  readonly log: EventLog;
  /** Judges what every call of a caller is judged by. */
  readonly checkCaller: (caller: Caller, doing: string) => void;
  readonly roomInfo: (room: Room) => Promise<RoomInfo>;
  readonly attendees: (roomId: string) => Promise<readonly PublicUser[]>;
  /** Rights in the room have changed: here and on the other nodes. */
  readonly changed: (roomId: string) => void;
  /** The room is gone: here and on the other nodes. */
  readonly gone: (roomId: string) => void;
  readonly hooks: HookRunner;
  readonly given: NonNullable<Hooks["rooms"]>;
  readonly within: Within;
  readonly limits: Limits;
}

/** Rooms of lists that are asked about at once. */
const listedAtOnce = 32;

export function createRooms(options: RoomsOptions): Rooms {
  const { directory, authority, store, log, roomInfo, hooks, given, limits } = options;
  const creating = createSerial();
  const listing = createGate(listedAtOnce);

  function inTime<T>(doing: string, work: Promise<T>): Promise<T> {
    return options.within(limits.portMs, doing, work);
  }

  function enter(caller: Caller | undefined, doing: string): User | undefined {
    if (caller) options.checkCaller(caller, doing);
    return caller?.user;
  }

  async function find(user: User | undefined, action: Action, roomId: string): Promise<Room> {
    const room = await authority.find(user, roomId);
    if (user) await authority.require(user, action, room);
    return room;
  }

  /** The room, once the user may change it so. */
  async function own(user: User | undefined, action: "update" | "delete", roomId: string): Promise<Room> {
    const room = await authority.find(user, roomId);
    const refuse = (why: string): never => {
      throw new DialogueError("PERMISSION_DENIED", `cannot ${action} room ${roomId}: ${why}`);
    };
    if (user && !(await authority.owns(user, room))) refuse("not its owner");
    if (room.isConfigured) refuse("it is configured");
    if (user) await authority.require(user, action, room);
    return room;
  }

  async function createStored(user: User | undefined, stored: StoredRoom): Promise<Room> {
    const { id, createdById } = stored;
    const doing = `create room ${id}`;
    if (directory.configured.has(id)) throw roomExists(id);
    if (user && (await inTime(doing, store.countOwnedBy(user.id))) >= limits.roomsPerUser)
      throw new DialogueError("PERMISSION_DENIED", `cannot ${doing}: the user has made too many`);
    if (await inTime(doing, store.get(id))) throw roomExists(id);
    // Before the room is there for anyone: whatever is appended to it later stays.
    await dropRemains(id);
    if (!(await inTime(doing, store.create(stored)))) throw roomExists(id);
    if (createdById !== undefined) await grantOwner(id, createdById);
    return directory.resolve(stored);
  }

  /** A room whose owner cannot come in would be nobody's: there is none, then. */
  async function grantOwner(roomId: string, userId: string): Promise<void> {
    const doing = `grant room ${roomId} to its owner`;
    try {
      await inTime(doing, store.grant(roomId, { userId, role: "owner" }));
    } catch (error) {
      await inTime(doing, store.remove(roomId));
      throw error;
    }
  }

  /** A deletion that was cut short may have left events, which are not this room's. */
  async function dropRemains(roomId: string): Promise<void> {
    const [remains] = await inTime(`look into room ${roomId}`, log.heads([roomId]));
    if (remains && remains.head.seq > 0) await inTime(`empty room ${roomId}`, log.drop(roomId));
  }

  async function mayKnow(user: User, room: Room): Promise<boolean> {
    return (await authority.isOpenTo(user, room)) && authority.allows(user, "list", room);
  }

  return {
    async list(caller) {
      const user = enter(caller, "list rooms");
      const rooms = await inTime("list rooms", directory.list());
      const known = await Promise.all(rooms.map((room) => listing.run(async () => !user || mayKnow(user, room))));
      return Promise.all(rooms.filter((_, at) => known[at]).map((room) => listing.run(() => roomInfo(room))));
    },
    async get(caller, roomId) {
      return roomInfo(await find(enter(caller, "get a room"), "list", roomId));
    },
    async create(caller, draft) {
      const user = enter(caller, "create a room");
      const stored = storedRoom(user ? { ...draft, createdById: user.id } : draft, directory, limits);
      if (user && !(await authority.allows(user, "create", directory.resolve(stored))))
        throw new DialogueError("PERMISSION_DENIED", `cannot create room ${draft.id}: not allowed`);
      // One at a time for each user, so that racing calls are all counted.
      const room = await creating.run(user?.id ?? "", () => createStored(user, stored));
      const created = await roomInfo(room);
      void hooks.tell("run onCreated", () => given.onCreated?.(created));
      return created;
    },
    async update(caller, roomId, change) {
      const room = await own(enter(caller, "update a room"), "update", roomId);
      const checked = checkedChange(room, change, limits);
      const stored = await inTime(`update room ${roomId}`, store.update(roomId, checked));
      const updated = await roomInfo(stored ? directory.resolve(stored) : await find(undefined, "list", roomId));
      void hooks.tell("run onUpdated", () => given.onUpdated?.(updated));
      return updated;
    },
    async delete(caller, roomId) {
      await own(enter(caller, "delete a room"), "delete", roomId);
      await inTime(`delete room ${roomId}`, store.remove(roomId));
      options.gone(roomId);
      await inTime(`delete the events of room ${roomId}`, log.drop(roomId));
      void hooks.tell("run onDeleted", () => given.onDeleted?.(roomId));
    },
    async members(caller, roomId) {
      await find(enter(caller, "list members"), "members", roomId);
      return inTime(`list the members of room ${roomId}`, store.members(roomId));
    },
    async grant(roomId, membership: Membership) {
      await find(undefined, "members", roomId);
      await inTime(`grant membership of room ${roomId}`, store.grant(roomId, membership));
      options.changed(roomId);
    },
    async revoke(roomId, userId) {
      await inTime(`revoke membership of room ${roomId}`, store.revoke(roomId, userId));
      options.changed(roomId);
    },
    attendees: options.attendees,
  };
}

/** Only what may be changed, and only to what a room may be. */
function checkedChange(room: Room, change: RoomChange, limits: Limits): RoomChange {
  const metadata = metadataJson(change.metadata, limits);
  const checked: RoomChange = {
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.description === undefined ? {} : { description: change.description }),
    ...(change.maxSize === undefined ? {} : { maxSize: change.maxSize }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  checkRoom({ ...room, ...checked });
  return checked;
}

function roomExists(roomId: string): DialogueError {
  return new DialogueError("ROOM_EXISTS", `cannot create room ${roomId}: there is one already`);
}
