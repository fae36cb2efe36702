import type { Membership, RoomChange, RoomStore, StoredRoom } from "@dialogue/core";
import { and, count, eq, type SQL, sql } from "drizzle-orm";
import { type Database, query } from "./database.ts";
import { guarded } from "./database-error.ts";
import { consumers, members, rooms } from "./schema.ts";
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

async function get(db: Database, id: string): Promise<StoredRoom | undefined> {
  const found = await db.select().from(rooms).where(eq(rooms.id, id));
  return found.map(roomOf)[0];
}

async function list(db: Database): Promise<readonly StoredRoom[]> {
  const found = await db.select().from(rooms);
  // Sorted here: a database's collation is its own.
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

async function grant(db: Database, roomId: string, { userId, role }: Membership): Promise<void> {
  assertStorable(`grant membership of room ${roomId}`, userId);
  await query(
    db,
    sql`
      with changed as (
        insert into dialogue_members as m (room_id, user_id, role) values (${roomId}, ${userId}, ${role})
        on conflict (room_id, user_id) do update set role = excluded.role where m.role <> excluded.role
        returning 1
      )
      ${raiseAclVersion(roomId, sql`select from changed`)}`,
  );
}

async function revoke(db: Database, roomId: string, userId: string): Promise<void> {
  const isMember = and(eq(members.roomId, roomId), eq(members.userId, userId));
  await query(
    db,
    sql`
      with changed as (delete from ${members} where ${isMember} returning 1)
      ${raiseAclVersion(roomId, sql`select from changed`)}`,
  );
}

/** Raises the room's aclVersion if the query finds anything; in the statement that made the change, so with it or not at all. */
function raiseAclVersion(roomId: string, changes: SQL): SQL {
  return sql`
    insert into dialogue_heads as h (room_id, acl_version) select ${roomId}, 1 where exists (${changes})
    on conflict (room_id) do update set acl_version = h.acl_version + 1`;
}

async function membership(db: Database, roomId: string, userId: string): Promise<Membership | undefined> {
  const isMember = and(eq(members.roomId, roomId), eq(members.userId, userId));
  const found = await db.select({ userId: members.userId, role: members.role }).from(members).where(isMember);
  return found[0];
}

async function membersOf(db: Database, roomId: string): Promise<readonly Membership[]> {
  const found = await db
    .select({ userId: members.userId, role: members.role })
    .from(members)
    .where(eq(members.roomId, roomId));
  return found.sort((a, b) => compare(a.userId, b.userId));
}

interface Claim {
  readonly consumer: string;
  readonly roomId: string;
  readonly nodeId: string;
  readonly ttlMs: number;
}

// By the database's clock: nodes need not agree on the time.
async function claim(db: Database, { consumer, roomId, nodeId, ttlMs }: Claim): Promise<boolean> {
  const until = sql`clock_timestamp() + ${ttlMs}::float8 * interval '1 millisecond'`;
  const claimed = await query(
    db,
    sql`
      insert into dialogue_consumers as c (consumer, room_id, node_id, claimed_until)
      values (${consumer}, ${roomId}, ${nodeId}, ${until})
      on conflict (consumer, room_id) do update set node_id = excluded.node_id, claimed_until = ${until}
      where c.node_id is null or c.node_id = excluded.node_id or c.claimed_until <= clock_timestamp()
      returning 1 as claimed`,
  );
  return claimed.length > 0;
}

async function release(db: Database, consumer: string, roomId: string, nodeId: string): Promise<void> {
  await db
    .update(consumers)
    .set({ nodeId: null })
    .where(and(isConsumption(consumer, roomId), eq(consumers.nodeId, nodeId)));
}

async function readMark(db: Database, consumer: string, roomId: string): Promise<string | undefined> {
  const found = await db.select({ mark: consumers.mark }).from(consumers).where(isConsumption(consumer, roomId));
  return found[0]?.mark ?? undefined;
}

interface Mark {
  readonly consumer: string;
  readonly roomId: string;
  readonly nodeId: string;
  readonly cursor: string;
}

async function setReadMark(db: Database, { consumer, roomId, nodeId, cursor }: Mark): Promise<boolean> {
  const isHolder = and(
    isConsumption(consumer, roomId),
    eq(consumers.nodeId, nodeId),
    sql`${consumers.claimedUntil} > clock_timestamp()`,
  );
  const marked = await db.update(consumers).set({ mark: cursor }).where(isHolder).returning({ mark: consumers.mark });
  return marked.length > 0;
}

function isConsumption(consumer: string, roomId: string): SQL | undefined {
  return and(eq(consumers.consumer, consumer), eq(consumers.roomId, roomId));
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

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
