import { randomBytes, randomUUID } from "node:crypto";
import pg from "pg";
import type { Store } from "../contenders/contender.ts";
import { roomId } from "../messages.ts";
import { text, type Way } from "./way.ts";

/**
 * What an application writes that has no batcher, every statement prepared: the counter of the room and the insert in one
 * statement, which is the least that keeps a room in order; the same as a transaction of four; or an insert in no order.
 */
type Kind = "insert" | "transaction" | "unordered";

interface Statement {
  readonly name: string;
  readonly text: string;
}

/** A database that takes statements one after the other, on a connection of its own where they are a transaction. */
interface Database {
  query(statement: Statement, values: readonly unknown[]): Promise<Rows>;
  transaction(work: (query: Database["query"]) => Promise<void>): Promise<void>;
  run(statements: string): Promise<unknown>;
  close(): Promise<void>;
}

type Rows = { readonly rows: readonly Readonly<Record<string, unknown>>[] };

const tables = `
  create table bare_heads (room_id text primary key, seq bigint not null);
  create table bare_events (
    room_id text, seq bigserial, tag text, id text, event text, data json, sender text, hash text, accepted_at timestamptz,
    primary key (room_id, seq), unique (room_id, id)
  );`;

const counter =
  "insert into bare_heads as h values ($1, 1) on conflict (room_id) do update set seq = h.seq + 1 returning seq";

const statements = {
  both: {
    name: "both",
    text: `with head as (${counter}) insert into bare_events
      select $1, seq, $2, $3, $4, $5::text::json, $6, $7, clock_timestamp() from head returning seq`,
  },
  counter: { name: "counter", text: counter },
  placed: {
    name: "placed",
    text: "insert into bare_events values ($1, $8, $2, $3, $4, $5::text::json, $6, $7, clock_timestamp())",
  },
  unordered: {
    name: "unordered",
    text: `insert into bare_events (room_id, tag, id, event, data, sender, hash, accepted_at)
      values ($1, $2, $3, $4, $5::text::json, $6, $7, clock_timestamp()) returning seq`,
  },
} as const;

const hash = "a".repeat(64);
const data = JSON.stringify({ text, senderId: "bench" });

/** That way, on any store. */
export function inserts(kind: Kind) {
  return async (store: Store): Promise<Way> => {
    const database = await open(store);
    await database.run(tables);
    return {
      append: (room) => appendTo(database, kind, roomId(room)),
      async count() {
        const { rows } = await database.query(
          { name: "count", text: "select count(*)::int as n from bare_events" },
          [],
        );
        return Number(rows[0]?.n);
      },
      close: () => database.close(),
    };
  };
}

function appendTo(database: Database, kind: Kind, room: string): Promise<unknown> {
  const values = [room, randomBytes(4).toString("hex"), randomUUID(), "message", data, "bench", hash];
  switch (kind) {
    case "insert":
      return database.query(statements.both, values);
    case "unordered":
      return database.query(statements.unordered, values);
    case "transaction":
      return database.transaction(async (query) => {
        const { rows } = await query(statements.counter, [room]);
        await query(statements.placed, [...values, rows[0]?.seq]);
      });
  }
}

function open(store: Store): Promise<Database> {
  switch (store.kind) {
    case "memory":
      throw new Error("there is nothing to insert into in memory");
    case "pglite":
      return openPglite(store.folder);
    case "postgres":
      return openServer(store.url);
  }
}

async function openServer(url: string): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  return {
    query: (statement, values) => pool.query({ ...statement, values: [...values] }),
    async transaction(work) {
      const client = await pool.connect();
      try {
        await client.query("begin");
        await work((statement, values) => client.query({ ...statement, values: [...values] }));
        await client.query("commit");
      } finally {
        client.release();
      }
    },
    run: (sql) => pool.query(sql),
    close: () => pool.end(),
  };
}

/** On the thread of its caller, where it is fastest; in a folder that Dialogue has prepared, which is quicker than its own way. */
async function openPglite(dataDir: string): Promise<Database> {
  const [{ PGlite }, { openLog }] = await Promise.all([import("@electric-sql/pglite"), import("@dialogue/postgres")]);
  await (await openLog({ dataDir })).close();
  const pglite = await PGlite.create({ dataDir });
  return {
    query: ({ text: sql }, values) => pglite.query(sql, [...values]),
    transaction: (work) => pglite.transaction((tx) => work(({ text: sql }, values) => tx.query(sql, [...values]))),
    run: (sql) => pglite.exec(sql),
    close: () => pglite.close(),
  };
}
