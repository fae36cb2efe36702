import { DialogueError } from "@dialogue/events";
import type { WorkerLink } from "./worker-link.ts";

/** What a query answers, in PGlite's form. */
export interface PgliteResult {
  readonly rows: readonly unknown[];
}

/** What runs queries: the database, or one transaction of it. */
export interface PgliteQueries {
  /** `options.parsers` are not heeded: the worker has those that Drizzle asks for. */
  query(
    sql: string,
    params?: readonly unknown[],
    options?: { readonly rowMode?: "array" | "object" },
  ): Promise<PgliteResult>;
  exec(sql: string): Promise<unknown>;
}

/** PGlite in a worker, in the form that Drizzle's PGlite driver uses. */
export interface PgliteClient extends PgliteQueries {
  /** Runs alone: other queries wait for its end. What it throws rolls it back. */
  transaction<T>(run: (tx: PgliteQueries) => Promise<T>): Promise<T>;
  /** Waits for what was asked before. Safe to call twice. */
  close(): Promise<void>;
}

/** Calls that may wait for their turn; one more is refused with UNAVAILABLE. */
const maxWaiting = 1_000;

/** The client of a worker. One that has ended is started again by the next call: the database recovers from its files. */
export function pgliteClient(start: () => Promise<WorkerLink>): PgliteClient {
  let link: WorkerLink | undefined;
  let isClosed = false;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function living(): Promise<WorkerLink> {
    if (isClosed) throw new DialogueError("UNAVAILABLE", "cannot reach the embedded database: it is closed");
    if (!link?.isAlive) link = await start();
    return link;
  }

  // One after the other, so that nothing slips into another's transaction.
  function inTurn<T>(run: () => Promise<T>): Promise<T> {
    if (waiting >= maxWaiting) {
      const message = `cannot reach the embedded database: ${maxWaiting} calls wait already`;
      return Promise.reject(new DialogueError("UNAVAILABLE", message));
    }
    waiting++;
    const turn = last.then(run).finally(() => {
      waiting--;
    });
    // Its caller is told of the failure; the next turn begins in any case.
    last = Promise.allSettled([turn]);
    return turn;
  }

  return {
    query: (sql, params, options) => inTurn(async () => queriesOf(await living()).query(sql, params, options)),
    exec: (sql) => inTurn(async () => queriesOf(await living()).exec(sql)),
    transaction: (run) => inTurn(async () => inTransaction(await living(), run)),
    close: () =>
      inTurn(async () => {
        isClosed = true;
        await link?.close();
      }),
  };
}

function queriesOf(link: WorkerLink): PgliteQueries {
  return {
    async query(sql, params = [], { rowMode = "object" } = {}) {
      const result = await link.call({ kind: "query", sql, params, rowMode });
      if (isResult(result)) return result;
      throw new TypeError("cannot read the embedded database's answer: it has no rows");
    },
    exec: (sql) => link.call({ kind: "exec", sql }),
  };
}

async function inTransaction<T>(link: WorkerLink, run: (tx: PgliteQueries) => Promise<T>): Promise<T> {
  const queries = queriesOf(link);
  await queries.exec("begin");
  try {
    const result = await run(queries);
    await queries.exec("commit");
    return result;
  } catch (error) {
    // A worker that has ended took the transaction with it.
    if (link.isAlive) await queries.exec("rollback");
    throw error;
  }
}

function isResult(value: unknown): value is PgliteResult {
  return typeof value === "object" && value !== null && "rows" in value && Array.isArray(value.rows);
}
