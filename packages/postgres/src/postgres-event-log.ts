import type { EventLog, Head, Place, ReadRange, ReadResult, Retained, Retention, StoredEvent } from "@dialogue/core";
import { type SQL, sql } from "drizzle-orm";
import type { Batcher } from "./batcher.ts";
import { type Database, query, type Row } from "./database.ts";
import { guarded } from "./database-error.ts";
import { eventColumns, storedEventOf } from "./stored-event.ts";

/** The EventLog on a database whose tables are there. */
export function postgresEventLog(db: Database, batcher: Batcher): EventLog {
  return {
    append: (drafts) => guarded("append events", () => batcher.append(drafts)),
    read: (roomId, range) => guarded(`read the log of room ${roomId}`, () => read(db, roomId, range)),
    find: (roomId, id) => guarded(`find an event of room ${roomId}`, () => find(db, roomId, id)),
    heads: (roomIds) => guarded("read the heads of rooms", () => heads(db, roomIds)),
    redact: (roomId, id) => guarded(`redact an event of room ${roomId}`, () => redact(db, roomId, id)),
    readFrom: (from, range) => guarded("read the events of a user", () => readFrom(db, from, range)),
    erase: (from, limit) => guarded("erase the events of a user", () => erase(db, from, limit)),
    retain: (roomId, retention) => guarded(`retain the events of room ${roomId}`, () => retain(db, roomId, retention)),
    purge: (roomId, upTo) => guarded(`purge the log of room ${roomId}`, () => purge(db, roomId, upTo)),
    drop: (roomId) => guarded(`drop the log of room ${roomId}`, () => drop(db, roomId)),
  };
}

async function read(db: Database, roomId: string, range: ReadRange): Promise<ReadResult> {
  // One statement, one snapshot: the floor belongs to the events. The join keeps the floor when there are no events.
  const rows = await query(
    db,
    sql`
      select h.floor_seq::float8 as floor_seq, h.floor_tag, found.*
      from dialogue_heads h left join lateral (
        select ${eventColumns} from dialogue_events e
        where e.room_id = h.room_id and ${inRange(range)}
        order by ${"backwards" in range ? sql`e.seq desc` : sql`e.seq`} limit ${range.limit}::int
      ) found on true
      where h.room_id = ${roomId}
      order by ${"backwards" in range ? sql`found.seq desc` : sql`found.seq`}`,
  );
  const floor = { seq: Number(rows[0]?.floor_seq ?? 0), tag: String(rows[0]?.floor_tag ?? "") };
  return { events: rows.filter((row) => row.seq !== null).map(storedEventOf), floor };
}

function inRange(range: ReadRange): SQL {
  const after = "backwards" in range ? undefined : sql`e.seq > ${range.after}::bigint`;
  const upTo = range.upTo === undefined ? undefined : sql`e.seq <= ${range.upTo}::bigint`;
  const named =
    range.events && sql`e.event in (select json_array_elements_text(${JSON.stringify(range.events)}::text::json))`;
  return sql.join(
    [sql`true`, after, upTo, named].filter((condition) => condition !== undefined),
    sql` and `,
  );
}

/** The event of a room by its id. */
export async function find(db: Pick<Database, "execute">, roomId: string, id: string) {
  const rows = await query(
    db,
    sql`select ${eventColumns} from dialogue_events e where e.room_id = ${roomId} and e.id = ${id}`,
  );
  return rows.map(storedEventOf)[0];
}

async function heads(db: Database, roomIds: readonly string[]): Promise<readonly Head[]> {
  if (roomIds.length === 0) return [];
  const rows = await query(
    db,
    sql`
      select room_id, seq::float8 as seq, tag, floor_seq::float8 as floor_seq, floor_tag, acl_version::float8 as acl_version
      from dialogue_heads
      where room_id in (select json_array_elements_text(${JSON.stringify(roomIds)}::text::json))`,
  );
  const known = new Map(rows.map((row) => [row.room_id, row]));
  return roomIds.map((roomId) => headOf(roomId, known.get(roomId)));
}

function headOf(roomId: string, row: Row = {}): Head {
  return {
    roomId,
    head: { seq: Number(row.seq ?? 0), tag: String(row.tag ?? "") },
    floor: { seq: Number(row.floor_seq ?? 0), tag: String(row.floor_tag ?? "") },
    aclVersion: Number(row.acl_version ?? 0),
  };
}

async function redact(db: Database, roomId: string, id: string): Promise<boolean> {
  const rows = await query(
    db,
    sql`
      update dialogue_events set data = 'null', meta = null, redacted = true
      where room_id = ${roomId} and id = ${id} returning seq`,
  );
  return rows.length > 0;
}

async function readFrom(
  db: Database,
  from: string,
  { after, limit }: { readonly after?: Place | undefined; readonly limit: number },
): Promise<readonly StoredEvent[]> {
  const behind = after ? sql`and (e.room_id, e.seq) > (${after.roomId}, ${after.seq}::bigint)` : sql``;
  const rows = await query(
    db,
    sql`
      select ${eventColumns} from dialogue_events e where e.sender = ${from} and not e.redacted ${behind}
      order by e.room_id, e.seq limit ${limit}::int`,
  );
  return rows.map(storedEventOf);
}

async function erase(db: Database, from: string, limit: number): Promise<readonly Place[]> {
  const rows = await query(
    db,
    sql`
      with standing as materialized (
        select room_id, seq from dialogue_events where sender = ${from} and not redacted
        order by room_id, seq limit ${limit}::int for update
      )
      update dialogue_events e set data = 'null', meta = null, redacted = true
      from standing s where e.room_id = s.room_id and e.seq = s.seq
      returning e.room_id, e.seq::float8 as seq`,
  );
  return rows.map((row) => ({ roomId: String(row.room_id), seq: Number(row.seq) }));
}

async function retain(db: Database, roomId: string, retention: Retention): Promise<Retained> {
  const { event, keep = null, maxAgeMs = null, limit } = retention;
  const standing = sql`room_id = ${roomId} and event = ${event} and not redacted`;
  const [row] = await query(
    db,
    sql`
      with oldest as materialized (
        select seq, accepted_at from dialogue_events where ${standing} order by seq limit ${limit}::int
      ), beyond as materialized (
        select seq from dialogue_events where ${standing} and ${keep}::bigint is not null
        order by seq desc offset ${keep}::bigint limit 1
      ), gone as (
        update dialogue_events e set data = 'null', meta = null, redacted = true
        from oldest
        where e.room_id = ${roomId} and e.seq = oldest.seq and not e.redacted and (
          oldest.seq <= (select seq from beyond)
          or oldest.accepted_at < clock_timestamp() - ${maxAgeMs}::float8 * interval '1 millisecond'
        )
        returning e.seq
      )
      select coalesce(json_agg(seq order by seq), '[]')::text as seqs,
        floor(extract(epoch from clock_timestamp()) * 1000)::float8 as at
      from gone`,
  );
  const seqs: unknown = JSON.parse(String(row?.seqs ?? "[]"));
  return { seqs: Array.isArray(seqs) ? seqs.map(Number) : [], at: Number(row?.at) };
}

/** Events that one transaction removes at most, so that it stays within the time-out of a statement. */
const purgeStep = 10_000;

async function purge(db: Database, roomId: string, upTo: number): Promise<number> {
  let total = 0;
  let removed: number;
  do {
    removed = await purgeOnce(db, roomId, upTo);
    total += removed;
  } while (removed === purgeStep);
  return total;
}

// The head is locked by a statement of its own: those that follow see all that was appended before.
// A head that is made only then is not locked: that the floor never sinks is asked of the row that is written.
async function purgeOnce(db: Database, roomId: string, upTo: number): Promise<number> {
  return db.transaction(async (tx) => {
    await query(tx, sql`select from dialogue_heads where room_id = ${roomId} for update`);
    const [last] = await query(
      tx,
      sql`
        update dialogue_heads h set floor_seq = e.seq, floor_tag = e.tag
        from (
          select seq, tag from dialogue_events e
          where room_id = ${roomId} and seq <= least(
            ${upTo}::bigint, (select floor_seq + ${purgeStep}::int from dialogue_heads where room_id = ${roomId})
          )
          order by seq desc limit 1
        ) e
        where h.room_id = ${roomId} and h.floor_seq < e.seq returning h.floor_seq::float8 as seq`,
    );
    if (!last) return 0;
    const gone = await query(
      tx,
      sql`
        with gone as (
          delete from dialogue_events where room_id = ${roomId} and seq <= ${Number(last.seq)}::bigint returning 1
        )
        select count(*)::float8 as count from gone`,
    );
    return Number(gone[0]?.count);
  });
}

// The row stays, for its aclVersion must go on growing should the room be made again.
async function drop(db: Database, roomId: string): Promise<void> {
  await purge(db, roomId, Number.MAX_SAFE_INTEGER);
  await db.transaction(async (tx) => {
    await query(
      tx,
      sql`
        update dialogue_heads set seq = 0, tag = '', previous_tag = '', floor_seq = 0, floor_tag = ''
        where room_id = ${roomId}`,
    );
    await query(tx, sql`delete from dialogue_events where room_id = ${roomId}`);
  });
}
