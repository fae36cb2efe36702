import type { Attendee, PresenceStore } from "@dialogue/core";
import { and, eq, sql } from "drizzle-orm";
import { type Database, query, type Row } from "./database.ts";
import { guarded } from "./database-error.ts";
import { prepare } from "./postgres-log.ts";
import { attendees } from "./schema.ts";
import { assertStorable } from "./storable.ts";

/**
 * Presence on any Drizzle Postgres database, beside the log or not; makes or updates its tables first. Leases run on the
 * database's clock. Its tables are not logged: a crash of the database empties them, and each node puts its own back.
 */
export async function postgresPresenceStore(db: Database): Promise<PresenceStore> {
  await prepare(db);
  return presenceStoreOn(db);
}

/** The same on a database that is ready. */
export function presenceStoreOn(db: Database): PresenceStore {
  return {
    enter: (roomId, attendee, maxUsers) => guarded(`enter room ${roomId}`, () => enter(db, roomId, attendee, maxUsers)),
    leave: (roomId, sessionId) => guarded(`leave room ${roomId}`, () => leave(db, roomId, sessionId)),
    roster: (roomId) => guarded(`read who is in room ${roomId}`, () => roster(db, roomId)),
    renew: (nodeId, ttlMs) => guarded("renew a node's lease", () => renew(db, nodeId, ttlMs)),
    forget: (nodeId) => guarded("end a node's lease", () => forget(db, nodeId)),
  };
}

async function enter(
  db: Database,
  roomId: string,
  { sessionId, nodeId, user }: Attendee,
  maxUsers: number | undefined,
): Promise<boolean> {
  assertStorable(`enter room ${roomId}`, [roomId, sessionId, nodeId, user.id]);
  const facts = sql`${JSON.stringify(user)}::text::json`;
  const most = sql`${maxUsers ?? null}::bigint`;
  const rows = await query(
    db,
    sql`select dialogue_enter(${roomId}, ${sessionId}, ${nodeId}, ${user.id}, ${facts}, ${most}) as entered`,
  );
  return rows[0]?.entered === true;
}

async function leave(db: Database, roomId: string, sessionId: string): Promise<void> {
  await db.delete(attendees).where(and(eq(attendees.roomId, roomId), eq(attendees.sessionId, sessionId)));
}

async function roster(db: Database, roomId: string): Promise<readonly Attendee[]> {
  const rows = await query(
    db,
    sql`
      select a.session_id, a.node_id, a."user"::text as facts
      from dialogue_attendees a join dialogue_nodes n on n.node_id = a.node_id
      where a.room_id = ${roomId} and n.leased_until > clock_timestamp()
      order by a.session_id`,
  );
  return rows.map(attendeeOf);
}

function attendeeOf(row: Row): Attendee {
  return {
    sessionId: String(row.session_id),
    nodeId: String(row.node_id),
    user: JSON.parse(String(row.facts)),
  };
}

async function renew(db: Database, nodeId: string, ttlMs: number): Promise<void> {
  await query(db, sql`select dialogue_renew(${nodeId}, ${ttlMs}::float8)`);
}

async function forget(db: Database, nodeId: string): Promise<void> {
  await query(
    db,
    sql`
      with gone as (delete from dialogue_nodes where node_id = ${nodeId})
      delete from dialogue_attendees where node_id = ${nodeId}`,
  );
}
