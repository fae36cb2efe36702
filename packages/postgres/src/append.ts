import { randomBytes } from "node:crypto";
import type { Appended, Draft } from "@dialogue/core";
import { DialogueError } from "@dialogue/events";
import { type SQL, sql } from "drizzle-orm";
import { type Database, query, type Row } from "./database.ts";
import { isRace } from "./database-error.ts";
import { storedEventOf } from "./stored-event.ts";

const maxTries = 8;

/** Appends the drafts, of which no two share room and id. Answers in their order. */
export async function appendDistinct(db: Database, drafts: readonly Draft[], tries = 1): Promise<readonly Appended[]> {
  if (drafts.length === 0) return [];
  try {
    return await appendOnce(db, drafts);
  } catch (error) {
    if (!isRace(error)) throw error;
    if (tries >= maxTries) throw lost(drafts, error);
  }
  // The first retry looks up what won the race. If it loses as well, halves keep one draft's races from the others.
  if (tries === 1 || drafts.length === 1) return appendDistinct(db, drafts, tries + 1);
  const middle = drafts.length >> 1;
  const first = await appendDistinct(db, drafts.slice(0, middle));
  return [...first, ...(await appendDistinct(db, drafts.slice(middle)))];
}

function lost([first]: readonly Draft[], cause: unknown): DialogueError {
  const message = `cannot append ${first?.id} to room ${first?.roomId}: others were in the way ${maxTries} times`;
  return new DialogueError("UNAVAILABLE", message, { cause });
}

async function appendOnce(db: Database, drafts: readonly Draft[]): Promise<readonly Appended[]> {
  const tagged = drafts.map((draft) => ({ draft, tag: randomBytes(4).toString("hex") }));
  const rows = new Map<number, Row>();
  for (const row of await query(db, appendStatement(tagged))) rows.set(Number(row.place), row);
  return tagged.map(({ draft, tag }, place) => {
    const row = rows.get(place);
    if (!row) throw new Error(`the database did not answer for draft ${draft.id}`);
    return row.is_new ? appendedOf(draft, tag, row) : standingOf(draft, row);
  });
}

function appendedOf({ roomId, id, event, data, from, meta, hash }: Draft, tag: string, row: Row): Appended {
  const facts = { roomId, seq: Number(row.seq), tag, id, event, data, from, hash, redacted: false };
  return {
    status: "appended",
    event: { ...facts, timestamp: Number(row.timestamp), ...(meta === undefined ? {} : { meta }) },
    previousTag: String(row.previous_tag),
  };
}

/** What the answer is to a draft whose id stands already. */
function standingOf(draft: Draft, row: Row): Appended {
  const event = storedEventOf(row);
  const isSame = event.hash === draft.hash && event.from === draft.from;
  return isSame ? { status: "duplicate", event } : { status: "conflict" };
}

/**
 * One statement: look up what stands, raise the heads of the rooms in id order, insert. The update of a head
 * holds its row until commit, so seqs become visible in order. An insert that meets an id which was committed
 * after the look-up fails on the unique key and takes the raise of the head with it: never a hole.
 */
function appendStatement(tagged: readonly { readonly draft: Draft; readonly tag: string }[]): SQL {
  const values = tagged.map(({ draft, tag }, place) => ({
    place,
    tag,
    room_id: draft.roomId,
    id: draft.id,
    event: draft.event,
    data: JSON.stringify(draft.data),
    sender: draft.from,
    meta: draft.meta && JSON.stringify(draft.meta),
    hash: draft.hash,
  }));
  return sql`
    with draft as (
      select * from json_to_recordset(${JSON.stringify(values)}::text::json) as d(
        place int, tag text, room_id text, id text, event text, data text, sender text, meta text, hash text
      )
    ), standing as (
      select draft.place, e.* from draft join dialogue_events e on e.room_id = draft.room_id and e.id = draft.id
    ), fresh as (
      select draft.*,
        row_number() over nth as n,
        count(*) over (partition by room_id) as total,
        lag(tag) over nth as previous_tag
      from draft
      where not exists (select from standing where standing.place = draft.place)
      window nth as (partition by room_id order by place)
    ), head as (
      insert into dialogue_heads as h (room_id, seq, tag)
      select room_id, total, tag from fresh where n = total order by room_id
      on conflict (room_id) do update set seq = h.seq + excluded.seq, tag = excluded.tag, previous_tag = h.tag
      returning h.room_id, h.seq, h.previous_tag
    ), appended as (
      insert into dialogue_events (room_id, seq, tag, id, event, data, sender, meta, hash, accepted_at)
      select fresh.room_id, head.seq - fresh.total + fresh.n, fresh.tag, fresh.id, fresh.event, fresh.data::json,
        fresh.sender, fresh.meta::json, fresh.hash, clock_timestamp()
      from fresh join head on head.room_id = fresh.room_id
      returning room_id, id, seq, accepted_at
    )
    select true as is_new, fresh.place, appended.seq::float8 as seq,
      (extract(epoch from appended.accepted_at) * 1000)::float8 as timestamp,
      coalesce(fresh.previous_tag, head.previous_tag) as previous_tag,
      null as room_id, null as tag, null as id, null as event, null as data, null as sender, null as meta,
      null as hash, false as redacted
    from fresh
    join head on head.room_id = fresh.room_id
    join appended on appended.room_id = fresh.room_id and appended.id = fresh.id
    union all
    select false, place, seq::float8, (extract(epoch from accepted_at) * 1000)::float8, null, room_id, tag, id, event,
      data::text, sender, meta::text, hash, redacted
    from standing`;
}
