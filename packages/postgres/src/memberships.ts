import type { Membership } from "@dialogue/core";
import { and, eq, type SQL, sql } from "drizzle-orm";
import { compare } from "./compare.ts";
import { type Database, query } from "./database.ts";
import { members } from "./schema.ts";
import { assertStorable } from "./storable.ts";

/** Grants or changes a membership; what changes nothing leaves the aclVersion. */
export async function grant(db: Database, roomId: string, { userId, role }: Membership): Promise<void> {
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

/** Ends a membership, if there is one. */
export async function revoke(db: Database, roomId: string, userId: string): Promise<void> {
  const isMember = and(eq(members.roomId, roomId), eq(members.userId, userId));
  await query(
    db,
    sql`
      with changed as (delete from ${members} where ${isMember} returning 1)
      ${raiseAclVersion(roomId, sql`select from changed`)}`,
  );
}

/** Raises the room's aclVersion if the query finds anything; in the statement that made the change, so with it or not at all. */
export function raiseAclVersion(roomId: string, changes: SQL): SQL {
  return sql`
    insert into dialogue_heads as h (room_id, acl_version) select ${roomId}, 1 where exists (${changes})
    on conflict (room_id) do update set acl_version = h.acl_version + 1`;
}

/** A user's standing in a room. */
export async function membership(db: Database, roomId: string, userId: string): Promise<Membership | undefined> {
  const isMember = and(eq(members.roomId, roomId), eq(members.userId, userId));
  const found = await db.select({ userId: members.userId, role: members.role }).from(members).where(isMember);
  return found[0];
}

/** Everyone who belongs to a room, by user id. */
export async function membersOf(db: Database, roomId: string): Promise<readonly Membership[]> {
  const found = await db
    .select({ userId: members.userId, role: members.role })
    .from(members)
    .where(eq(members.roomId, roomId));
  return found.sort((a, b) => compare(a.userId, b.userId));
}
