import { DialogueError } from "@dialogue/events";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";

/** How a pool of connections is made. */
export interface ConnectOptions {
  readonly url: string;
  /** Connections at most. Default: 10. */
  readonly connections?: number;
  /** Told when an idle connection was lost; the next query opens another. */
  readonly report: (error: unknown, doing: string) => void;
}

/** A database and what ends it. */
export interface Connection<Db = NodePgDatabase> {
  readonly db: Db;
  close(): Promise<void>;
}

/** A statement 5 s, a lock 2 s, idle in a transaction 5 s; a silent connection is given up a second later. */
const timeOuts = {
  statement_timeout: 5_000,
  lock_timeout: 2_000,
  idle_in_transaction_session_timeout: 5_000,
  query_timeout: 6_000,
  connectionTimeoutMillis: 5_000,
};

/** Opens a pool of connections; the first query connects. Throws INVALID_REQUEST for what is no PostgreSQL URL. */
export function connect({ url, connections = 10, report }: ConnectOptions): Connection {
  const pool = new pg.Pool({ ...timeOuts, connectionString: checked(url), max: connections, keepAlive: true });
  let isClosed = false;
  // A server that goes once we have closed takes nothing from us.
  const lost = (error: Error): void => (isClosed ? undefined : report(error, "hold a database connection"));
  // An error event that nobody hears ends the process: the pool speaks for idle clients, each client for itself.
  pool.on("error", lost);
  pool.on("connect", (client) => {
    client.on("error", lost);
  });
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
