import type { Report, TransactionalLog } from "@dialogue/core";
import { DialogueError } from "@dialogue/events";
import { sql } from "drizzle-orm";
import { appendPastLocks } from "./append-past-locks.ts";
import { type BatchOptions, batchDefaults } from "./batch-limits.ts";
import { createBatcher } from "./batcher.ts";
import { type Database, query } from "./database.ts";
import { guarded } from "./database-error.ts";
import { guardPool, poolOf } from "./guard-pool.ts";
import { migrate } from "./migrate.ts";
import { postgresEventLog } from "./postgres-event-log.ts";
import { postgresRoomStore } from "./postgres-room-store.ts";
import { runTransaction, type TransactionOf } from "./transaction.ts";

/** What `postgresLog` may be given beside the database. */
export interface PostgresLogOptions {
  /** How appends are gathered into statements. */
  readonly batch?: BatchOptions;
  /** Told of connections that a pool of `pg`'s kind lost; the next call opens another. Default: nobody. */
  readonly report?: Report;
}

/**
 * The log on any Drizzle Postgres database; makes or updates its tables (`dialogue_…`) first. Refuses a database
 * that answers before what it was told is durable. Its connections should bear `timeOuts`. `close` leaves the database
 * open: who made it closes it.
 */
export async function postgresLog<Db extends Database>(
  db: Db,
  { batch, report }: PostgresLogOptions = {},
): Promise<TransactionalLog<TransactionOf<Db>>> {
  const pool = poolOf(db);
  if (pool) guardPool(pool, (error) => report?.(error, "hold a database connection"));
  await prepare(db);
  // Nothing of our own is held open.
  return logOn(db, () => Promise.resolve(), batch);
}

/** Makes the database ready for the log: safe to run from several processes at once, and again. */
export async function prepare(db: Database): Promise<void> {
  await guarded("start the log", () => refuseLossyCommit(db));
  await guarded("prepare the log's tables", () => migrate(db));
}

/** The log on a database that is ready. */
export function logOn<Db extends Database>(
  db: Db,
  close: () => Promise<void>,
  batch?: BatchOptions,
): TransactionalLog<TransactionOf<Db>> {
  const batcher = createBatcher((lines) => appendPastLocks(db, lines), { ...batchDefaults, ...batch });
  return {
    events: postgresEventLog(db, batcher),
    rooms: postgresRoomStore(db),
    transaction: (run) => runTransaction(db, batcher, run),
    close,
  };
}

async function refuseLossyCommit(db: Database): Promise<void> {
  const [row] = await query(db, sql`select current_setting('synchronous_commit') as setting`);
  if (row?.setting !== "off") return;
  throw new DialogueError(
    "INVALID_REQUEST",
    "cannot start the log: the database has synchronous_commit = off, so that an acknowledged event could be lost",
  );
}
