import type { Log } from "@dialogue/core";
import { DialogueError } from "@dialogue/events";
import { sql } from "drizzle-orm";
import { addressOf, type Connection, connect } from "./connect.ts";
import { type Database, query } from "./database.ts";
import { databaseError } from "./database-error.ts";
import { openEmbedded } from "./pglite/open-embedded.ts";
import { postgresLog } from "./postgres-log.ts";

/** Where the log is kept: on a PostgreSQL server, or in a folder of this machine by the embedded PGlite. */
export type LogTarget = { readonly url: string; readonly connections?: number } | { readonly dataDir: string };

/** What `openLog` may be given beside the target. */
export interface OpenLogOptions {
  /** Told of lost connections, which the next call replaces. Default: nobody. */
  readonly report?: (error: unknown, doing: string) => void;
}

/**
 * Opens the log and prepares its tables. Rejects with a DialogueError whose message is one line for people: the data
 * folder is in use or not writable, the database's URL is malformed, or it cannot be reached within 5 seconds.
 */
export async function openLog(target: LogTarget, { report = () => undefined }: OpenLogOptions = {}): Promise<Log> {
  if ("dataDir" in target) return logOn(await openEmbedded(target.dataDir));
  const connection = connect({ ...target, report });
  try {
    await query(connection.db, sql`select 1`);
  } catch (error) {
    await connection.close();
    throw unreachable(target.url, error);
  }
  return logOn(connection);
}

async function logOn(connection: Connection<Database>): Promise<Log> {
  try {
    const log = await postgresLog(connection.db);
    return { ...log, close: connection.close };
  } catch (error) {
    await connection.close();
    throw error;
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
