import type { Report } from "@dialogue/core";
import { DialogueError } from "@dialogue/events";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import { guardPool } from "./guard-pool.ts";

/** How a pool of connections is made. */
export interface ConnectOptions {
  readonly url: string;
  /** Connections at most. Default: 10. */
  readonly connections?: number;
  /** True where statements may take as long as they need. */
  readonly isPatient?: boolean;
  /** Told when an idle connection was lost; the next query opens another. */
  readonly report: Report;
}

/** A database and what ends it. */
export interface Connection<Db = NodePgDatabase> {
  readonly db: Db;
  close(): Promise<void>;
}

/**
 * What a connection should be started with, in milliseconds, so that a stalled client cannot hold up a room: what
 * PostgreSQL calls them, as `postgres(url, { connection: timeOuts })` takes them.
 */
export const timeOuts = Object.freeze({
  statement_timeout: 5_000,
  lock_timeout: 2_000,
  idle_in_transaction_session_timeout: 5_000,
});

/** For a server that has gone silent: no answer to a statement that its own time-out should have ended. */
const silenceMs = 6_000;
const connectMs = 5_000;

/** Opens a pool of connections; the first query connects. Throws INVALID_REQUEST for what is no PostgreSQL URL. */
export function connect({ url, connections = 10, isPatient = false, report }: ConnectOptions): Connection {
  const pool = new pg.Pool({
    connectionString: checked(url),
    connectionTimeoutMillis: connectMs,
    max: connections,
    keepAlive: true,
    ...(isPatient ? {} : { ...timeOuts, query_timeout: silenceMs }),
  });
  let isClosed = false;
  // A server that goes once we have closed takes nothing from us.
  guardPool(pool, (error) => (isClosed ? undefined : report(error, "hold a database connection")));
  return {
    db: drizzle(pool),
    async close() {
      if (isClosed) return;
      isClosed = true;
      await pool.end();
    },
  };
}

/** Where a URL leads, without its password: for messages. */
export function addressOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname || "localhost"}:${port || "5432"}${pathname}`;
}

function checked(url: string): string {
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return url;
  throw new DialogueError(
    "INVALID_REQUEST",
    "cannot open the database: its URL must be of the form postgres://user:password@host:5432/name",
  );
}
