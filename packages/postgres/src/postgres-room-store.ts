import type { RoomChange, RoomStore, StoredRoom } from "@dialogue/core";
import { count, eq, sql } from "drizzle-orm";
import { compare } from "./compare.ts";
import { claim, readMark, release, setReadMark } from "./consumption.ts";
import { type Database, query } from "./database.ts";
import { guarded } from "./database-error.ts";
import { grant, membership, membersOf, raiseAclVersion, revoke } from "./memberships.ts";
import { members, rooms } from "./schema.ts";
import { assertStorable } from "./storable.ts";

/** The RoomStore on a database whose tables are there. */
export function postgresRoomStore(db: Database): RoomStore {
  return {
    create: (room) => guarded(`make room ${room.id}`, () => create(db, room)),
    get: (id) => guarded(`read room ${id}`, () => get(db, id)),
    list: () => guarded("list the rooms", () => list(db)),
    update: (id, change) => guarded(`change room ${id}`, () => update(db, id, change)),
    remove: (id) => guarded(`remove room ${id}`, () => remove(db, id)),
    countOwnedBy: (userId) => guarded("count a user's rooms", () => countOwnedBy(db, userId)),
    grant: (roomId, membership) => guarded(`grant membership of room ${roomId}`, () => grant(db, roomId, membership)),
    revoke: (roomId, userId) => guarded(`revoke membership of room ${roomId}`, () => revoke(db, roomId, userId)),
    membership: (roomId, userId) =>
      guarded(`read a membership of room ${roomId}`, () => membership(db, roomId, userId)),
    members: (roomId) => guarded(`list the members of room ${roomId}`, () => membersOf(db, roomId)),
    claim: (consumer, roomId, nodeId, ttlMs) =>
      guarded(`claim room ${roomId} for ${consumer}`, () => claim(db, { consumer, roomId, nodeId, ttlMs })),
    release: (consumer, roomId, nodeId) =>
      guarded(`release room ${roomId} for ${consumer}`, () => release(db, consumer, roomId, nodeId)),
    readMark: (consumer, roomId) =>
      guarded(`read the mark of ${consumer} in room ${roomId}`, () => readMark(db, consumer, roomId)),
    setReadMark: (consumer, roomId, nodeId, cursor) =>
      guarded(`mark how far ${consumer} came in room ${roomId}`, () =>
        setReadMark(db, { consumer, roomId, nodeId, cursor }),
      ),
  };
}

type RoomRow = typeof rooms.$inferSelect;

async function create(db: Database, room: StoredRoom): Promise<boolean> {
  assertStorable(`make room ${room.id}`, room);
  const made = await db.insert(rooms).values(room).onConflictDoNothing().returning({ id: rooms.id });
  return made.length > 0;
}

/** A room that was made at run time. */
export async function get(db: Pick<Database, "select">, id: string): Promise<StoredRoom | undefined> {
  const found = await db.select().from(rooms).where(eq(rooms.id, id));
  return found.map(roomOf)[0];
}

async function list(db: Database): Promise<readonly StoredRoom[]> {
  const found = await db.select().from(rooms);
  return found.map(roomOf).sort((a, b) => compare(a.id, b.id));
}

async function update(db: Database, id: string, change: RoomChange): Promise<StoredRoom | undefined> {
  if (Object.keys(change).length === 0) return get(db, id);
  assertStorable(`change room ${id}`, change);
  const changed = await db.update(rooms).set(change).where(eq(rooms.id, id)).returning();
  return changed.map(roomOf)[0];
}

async function remove(db: Database, id: string): Promise<boolean> {
  const removed = await query(
    db,
    sql`
      with gone as (delete from ${rooms} where ${eq(rooms.id, id)} returning 1),
      left_over as (delete from ${members} where ${eq(members.roomId, id)} returning 1),
      raised as (${raiseAclVersion(id, sql`select from gone union all select from left_over`)})
      select from gone`,
  );
  return removed.length > 0;
}

async function countOwnedBy(db: Database, userId: string): Promise<number> {
  const counted = await db.select({ owned: count() }).from(rooms).where(eq(rooms.createdById, userId));
  return counted[0]?.owned ?? 0;
}

function roomOf(row: RoomRow): StoredRoom {
  const { id, name, events, visibility } = row;
  return {
    ...{ id, name, events, visibility },
    ...(row.description === null ? {} : { description: row.description }),
    ...(row.defaultSubscriptions === null ? {} : { defaultSubscriptions: row.defaultSubscriptions }),
    ...(row.maxSize === null ? {} : { maxSize: row.maxSize }),
    ...(row.syncHistoryOnJoin === null ? {} : { syncHistoryOnJoin: row.syncHistoryOnJoin }),
    ...(row.createdById === null ? {} : { createdById: row.createdById }),
    ...(row.metadata === null ? {} : { metadata: row.metadata }),
  };
}
