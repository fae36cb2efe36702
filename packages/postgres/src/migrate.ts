import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { type Database, query } from "./database.ts";

/** Any number: what matters is that every Dialogue takes the same one. */
const migrationLock = 5_318_008_437;

/**
 * Brings the tables to the form this version needs. Safe to run from several processes at once: one does the
 * work, the others wait for it.
 */
export async function migrate(db: Database): Promise<void> {
  // Beside `src` in the sources, beside `dist` in the package.
  const migrations = readMigrationFiles({ migrationsFolder: fileURLToPath(new URL("../migrations", import.meta.url)) });
  await db.transaction(async (tx) => {
    // Whoever waits for another's migration waits longer than any query should.
    await query(tx, sql`set local lock_timeout = '60s'`);
    await query(tx, sql`set local statement_timeout = '60s'`);
    await query(tx, sql`select pg_advisory_xact_lock(${migrationLock}::bigint)`);
    await query(
      tx,
      sql`create table if not exists dialogue_migrations (hash text primary key, made_at bigint not null)`,
    );
    const applied = await query(tx, sql`select hash from dialogue_migrations`);
    const done = new Set(applied.map((row) => row.hash));
    for (const { hash, folderMillis, sql: statements } of migrations) {
      if (done.has(hash)) continue;
      for (const statement of statements) await query(tx, sql.raw(statement));
      await query(tx, sql`insert into dialogue_migrations values (${hash}, ${folderMillis}::bigint)`);
    }
  });
}
