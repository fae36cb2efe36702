import type { Report, TransactionalLog } from "@dialogue/core";
import { DialogueError } from "@dialogue/events";
import { sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import type { PgliteDatabase } from "drizzle-orm/pglite";
import type { BatchOptions } from "./batch-limits.ts";
import { addressOf, type Connection, connect } from "./connect.ts";
import { query } from "./database.ts";
import { databaseError } from "./database-error.ts";
import { openEmbedded } from "./pglite/open-embedded.ts";
import { logOn, prepare } from "./postgres-log.ts";
import type { TransactionOf } from "./transaction.ts";

/** Where the log is kept: on a PostgreSQL server, or in a folder of this machine by the embedded PGlite. */
export type LogTarget = ServerTarget | FolderTarget;

interface ServerTarget {
  readonly url: string;
  /** Default: 10. */
  readonly connections?: number;
}

interface FolderTarget {
  readonly dataDir: string;
}

/** The log on a PostgreSQL server. */
export type ServerLog = TransactionalLog<TransactionOf<NodePgDatabase>>;

/** The log in a folder. */
export type FolderLog = TransactionalLog<TransactionOf<PgliteDatabase>>;

/** What `openLog` may be given beside the target. */
export interface OpenLogOptions {
  /** Told of lost connections, which the next call replaces. Default: nobody. */
  readonly report?: Report;
  /** How appends are gathered into statements. */
  readonly batch?: BatchOptions;
}

/**
 * Opens the log and prepares its tables. Rejects with a DialogueError whose message is one line for people: the data
 * folder is in use or not writable, the database's URL is malformed, or it cannot be reached within 5 seconds.
 */
export function openLog(target: ServerTarget, options?: OpenLogOptions): Promise<ServerLog>;
export function openLog(target: FolderTarget, options?: OpenLogOptions): Promise<FolderLog>;
export function openLog(target: LogTarget, options?: OpenLogOptions): Promise<ServerLog | FolderLog>;
export async function openLog(
  target: LogTarget,
  { report = () => undefined, batch }: OpenLogOptions = {},
): Promise<ServerLog | FolderLog> {
  if ("dataDir" in target) return openOn(await openEmbedded(target.dataDir), batch);
  await prepareServer(target.url, report);
  const { db, close } = connect({ ...target, report });
  return logOn(db, close, batch);
}

async function openOn({ db, close }: Connection<PgliteDatabase>, batch?: BatchOptions): Promise<FolderLog> {
  try {
    await prepare(db);
    // It runs one statement at a time: what waits for it had better go together.
    return logOn(db, close, { ...batch, writers: 1 });
  } catch (error) {
    await close();
    throw error;
  }
}

/** Makes a server ready, on a connection of its own that has the patience a migration needs. */
export async function prepareServer(url: string, report: Report): Promise<void> {
  const { db, close } = connect({ url, connections: 1, isPatient: true, report });
  try {
    await query(db, sql`select 1`).catch((error: unknown) => Promise.reject(unreachable(url, error)));
    await prepare(db);
  } finally {
    await close();
  }
}

function unreachable(url: string, error: unknown): DialogueError {
  const { cause } = databaseError("reach the database", error);
  const why = cause instanceof Error ? reasonOf(cause) : String(cause);
  return new DialogueError("UNAVAILABLE", `cannot reach the database at ${addressOf(url)}: ${why}`, { cause });
}

// Node gathers what each of a host's addresses answered, under an empty message.
function reasonOf(error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const message = first instanceof Error ? first.message : String(first);
  return message.split("\n")[0] ?? message;
}
