import type { Cursor, JsonObject, Visibility } from "@dialogue/events";

/** A room that was made at run time. Its events are kept by name. */
export interface StoredRoom {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly events: readonly string[];
  readonly defaultSubscriptions?: readonly string[];
  readonly maxSize?: number;
  readonly syncHistoryOnJoin?: boolean | number;
  readonly createdById?: string;
  readonly visibility: Visibility;
  readonly metadata?: JsonObject;
}

/** What an owner may change in a room. */
export type RoomChange = Partial<Pick<StoredRoom, "name" | "description" | "maxSize" | "metadata">>;

/** One user's standing in a room. */
export interface Membership {
  readonly userId: string;
  readonly role: "owner" | "member";
}

/**
 * Rooms made at run time, and who belongs to which room.
 * 1. create answers false, and changes nothing, when the id is taken.
 * 2. What create, update, remove, grant and revoke have resolved is durable and seen by every later read, on every node.
 * 3. grant and revoke are idempotent; each that changes something raises the room's `aclVersion`, which `EventLog.heads` answers. Grants may exist for configured rooms too.
 * 4. remove takes the room's memberships with it, and raises its `aclVersion`.
 * 5. claim answers true to one node at a time for a consumer of a room, until its `ttlMs` has passed without a new claim by it, or it released.
 * 6. setReadMark answers false, and changes nothing, for a node that does not hold the claim; readMark answers the last one set, undefined before the first.
 * 7. Failures reject with a DialogueError, UNAVAILABLE or TIMEOUT where a retry makes sense.
 */
export interface RoomStore {
  create(room: StoredRoom): Promise<boolean>;
  get(id: string): Promise<StoredRoom | undefined>;
  /** Every room, by id. */
  list(): Promise<readonly StoredRoom[]>;
  /** The room as it is now; undefined when there is none. */
  update(id: string, change: RoomChange): Promise<StoredRoom | undefined>;
  /** False when there was none. */
  remove(id: string): Promise<boolean>;
  /** How many rooms made at run time the user owns. */
  countOwnedBy(userId: string): Promise<number>;
  grant(roomId: string, membership: Membership): Promise<void>;
  revoke(roomId: string, userId: string): Promise<void>;
  membership(roomId: string, userId: string): Promise<Membership | undefined>;
  /** By user id. */
  members(roomId: string): Promise<readonly Membership[]>;
  claim(consumer: string, roomId: string, nodeId: string, ttlMs: number): Promise<boolean>;
  release(consumer: string, roomId: string, nodeId: string): Promise<void>;
  /** How far a durable consumer of a room has come. */
  readMark(consumer: string, roomId: string): Promise<Cursor | undefined>;
  setReadMark(consumer: string, roomId: string, nodeId: string, cursor: Cursor): Promise<boolean>;
}
