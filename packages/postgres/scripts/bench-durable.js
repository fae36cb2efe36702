// How many events a second become durable, gathered and one by one, side by side: on PostgreSQL (DATABASE_URL) in one
// hot room, on PGlite in a folder over 1,000 rooms. `npm run bench:durable`; about 20 seconds; needs the build.
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import pg from "pg";
import { openLog } from "../dist/index.js";
import { openEmbedded } from "../dist/pglite/open-embedded.js";

const rounds = 3;
const roundMs = Number(process.env.BENCH_ROUND_MS ?? 900);
/** Few where one statement follows the other: more would only wait. */
const callersFor = { gathered: 1_000, single: 50 };
const hash = "a".repeat(64);
const oneByOne = { drafts: 1, writers: 10 };

const gathered = "the log, 1,000 callers";
const single = "the log, one draft a statement";

/** Takes the room's counter and inserts, in one statement: the least that keeps a room in order. */
const insert = `
  with head as (
    insert into bare_heads as h values ($1, 1) on conflict (room_id) do update set seq = h.seq + 1 returning seq
  )
  insert into bare_events select $1, seq, $2, $3, $4, $5::text::json, $6, $7, clock_timestamp() from head returning seq`;

const tables = `
  create table bare_heads (room_id text primary key, seq bigint not null);
  create table bare_events (
    room_id text, seq bigint, tag text, id text, event text, data json, sender text, hash text, accepted_at timestamptz,
    primary key (room_id, seq), unique (room_id, id)
  );
  create table unordered_events (
    room_id text, seq bigserial, tag text, id text, event text, data json, sender text, hash text, accepted_at timestamptz,
    primary key (room_id, seq), unique (room_id, id)
  );`;

function draft(roomId) {
  return { roomId, id: randomUUID(), event: "message", version: 1, data: { text: "x".repeat(100) }, from: "ada", hash };
}

function valuesOf({ roomId, id, event, data, from }) {
  return [roomId, randomBytes(4).toString("hex"), id, event, JSON.stringify(data), from, hash];
}

/** Events a second, each caller waiting for its answer before it goes on. */
async function rateOf(append, roomCount, callers) {
  const began = performance.now();
  let asked = 0;
  let done = 0;
  const call = async () => {
    while (performance.now() - began < roundMs) {
      await append(draft(`room-${asked++ % roomCount}`));
      done++;
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return (done / (performance.now() - began)) * 1_000;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** In turns, so that what else the machine does falls on all alike. */
async function compare(title, roomCount, ways) {
  const rates = new Map(Object.keys(ways).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const [name, append] of Object.entries(ways)) {
      const callers = name === gathered ? callersFor.gathered : callersFor.single;
      rates.get(name).push(await rateOf(append, roomCount, callers));
    }
  const medians = [...rates].map(([name, values]) => [name, median(values)]);
  console.log(`${title}; median of ${rounds} rounds of ${roundMs} ms, events a second`);
  for (const [name, rate] of medians) {
    const ratio = name === gathered ? "" : `1 / ${(medians[0][1] / rate).toFixed(1)}`;
    console.log(`  ${name.padEnd(62)} ${rate.toFixed(0).padStart(8)} ${ratio.padStart(10)}`);
  }
  console.log();
}

function appendTo(log) {
  return (one) => log.events.append([one]);
}

const unordered = `
  insert into unordered_events (room_id, tag, id, event, data, sender, hash, accepted_at)
  values ($1, $2, $3, $4, $5::text::json, $6, $7, clock_timestamp()) returning seq`;

/** As an application writes it that has no batcher: each statement on its own way to the server and back. */
async function inTransaction(pool, values) {
  const client = await pool.connect();
  await client.query("begin");
  const { rows } = await client.query({
    name: "counter",
    text: "insert into bare_heads as h values ($1, 1) on conflict (room_id) do update set seq = h.seq + 1 returning seq",
    values: [values[0]],
  });
  await client.query({
    name: "insert",
    text: "insert into bare_events values ($1, $8, $2, $3, $4, $5::text::json, $6, $7, clock_timestamp())",
    values: [...values, rows[0].seq],
  });
  await client.query("commit");
  client.release();
}

async function onPostgres(serverUrl) {
  const schema = `dialogue_bench_${randomBytes(6).toString("hex")}`;
  const url = new URL(serverUrl);
  url.searchParams.set("options", `-c search_path=${schema}`);
  const pool = new pg.Pool({ connectionString: url.href, max: 10 });
  await pool.query(`create schema ${schema}; ${tables}`);
  const [log, slow] = [await openLog({ url: url.href }), await openLog({ url: url.href }, { batch: oneByOne })];
  await compare("PostgreSQL, one hot room", 1, {
    [gathered]: appendTo(log),
    [single]: appendTo(slow),
    "counter and insert, 1 prepared statement, 10 connections": (one) =>
      pool.query({ name: "bare", text: insert, values: valuesOf(one) }),
    "begin, counter, insert, commit, prepared, 10 connections": (one) => inTransaction(pool, valuesOf(one)),
    "insert without a counter: in no order, prepared, 10 connections": (one) =>
      pool.query({ name: "unordered", text: unordered, values: valuesOf(one) }),
  });
  await Promise.all([log.close(), slow.close()]);
  await pool.query(`drop schema ${schema} cascade`);
  await pool.end();
}

function bareInsert(one) {
  const values = valuesOf(one);
  return sql.join(
    insert.split(/\$\d/).flatMap((text, at) => (at === 0 ? [sql.raw(text)] : [sql`${placeOf(at)}`, sql.raw(text)])),
  );

  // The first value stands twice in the statement.
  function placeOf(at) {
    return values[[0, 0, 0, 1, 2, 3, 4, 5, 6][at]];
  }
}

async function onPglite() {
  const folder = await mkdtemp(join(tmpdir(), "dialogue-bench-"));
  const log = await openLog({ dataDir: join(folder, "gathered") });
  const slow = await openLog({ dataDir: join(folder, "single") }, { batch: oneByOne });
  const bare = await openEmbedded(join(folder, "bare"));
  for (const table of tables.split(";")) await bare.db.execute(sql.raw(table));
  await compare("PGlite on disk, 1,000 rooms", 1_000, {
    [gathered]: appendTo(log),
    [single]: appendTo(slow),
    "counter and insert, 1 statement, in the same worker": (one) => bare.db.execute(bareInsert(one)),
  });
  await Promise.all([log.close(), slow.close(), bare.close()]);
  await rm(folder, { recursive: true });
}

if (process.env.DATABASE_URL) await onPostgres(process.env.DATABASE_URL);
else console.log("PostgreSQL: no DATABASE_URL given\n");
await onPglite();
