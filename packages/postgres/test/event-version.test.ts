import { fileURLToPath } from "node:url";
import { appendedEvent, draftFor, freshId, freshRoomId } from "@dialogue/testkit";
import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { type Database, query } from "../src/database.ts";
import { postgresLog } from "../src/index.ts";
import { openTestDatabase } from "./support/test-database.ts";

const migrationsFolder = fileURLToPath(new URL("../migrations", import.meta.url));

const database = await openTestDatabase();

if ("missing" in database) {
  describe("tables of before events had versions", () => test.skip(database.missing));
} else {
  const pool = new pg.Pool({ connectionString: database.url });
  const db = drizzle(pool);
  afterAll(async () => {
    await pool.end();
    await database.close();
  });

  test("tables of before events had versions are brought up to date without being written anew, and older processes go on", async () => {
    await makeOldTables(db);
    const roomId = freshRoomId();
    const [old, late] = [freshId(), freshId()];
    await appendAsBefore(db, roomId, old);
    const fileBefore = await fileOfEvents(db);

    const { events } = await postgresLog(db);
    expect(await fileOfEvents(db)).toBe(fileBefore);
    appendedEvent((await events.append([draftFor(roomId, { version: 2 })]))[0]);
    await appendAsBefore(db, roomId, late);

    const all = (await events.read(roomId, { after: 0, limit: 10 })).events;
    expect(all.map(({ seq, version }) => [seq, version])).toEqual([
      [1, 1],
      [2, 2],
      [3, 1],
    ]);
    const hash = "a".repeat(64);
    const resent = await events.append([draftFor(roomId, { id: old, hash, version: 2 })]);
    expect(resent).toMatchObject([{ status: "duplicate", event: { seq: 1, version: 1 } }]);
  });
}

async function makeOldTables(db: Database): Promise<void> {
  await query(db, sql`create table dialogue_migrations (hash text primary key, made_at bigint not null)`);
  // The seventh brought the versions.
  for (const { sql: statements, hash, folderMillis } of readMigrationFiles({ migrationsFolder }).slice(0, 6)) {
    for (const statement of statements) await query(db, sql.raw(statement));
    await query(db, sql`insert into dialogue_migrations values (${hash}, ${folderMillis}::bigint)`);
  }
}

/** As a process does that knows no versions. */
async function appendAsBefore(db: Database, roomId: string, id: string): Promise<void> {
  const facts = { tag: "0000000a", room_id: roomId, id, event: "message", sender: "ada", hash: "a".repeat(64) };
  const drafts = JSON.stringify([{ ...facts, data: JSON.stringify({ text: "hello" }) }]);
  await query(db, sql`select * from dialogue_append(${drafts}::text::json)`);
}

/** Changes when the table is written anew. */
async function fileOfEvents(db: Database): Promise<unknown> {
  const [row] = await query(db, sql`select pg_relation_filenode('dialogue_events')::int as file`);
  return row?.file;
}
