import type { StoredEvent } from "@dialogue/core";
import type { JsonObject, JsonValue } from "@dialogue/events";
import { type SQL, sql } from "drizzle-orm";
import type { Row } from "./database.ts";

/** The columns of `dialogue_events e`, in a form that every driver reads alike. */
export const eventColumns: SQL = sql`
  e.room_id, e.seq::float8 as seq, e.tag, e.id, e.event, e.version, e.data::text as data, e.sender, e.meta::text as meta, e.hash,
  e.redacted, (extract(epoch from e.accepted_at) * 1000)::float8 as timestamp`;

/** The event of a row that holds `eventColumns`. */
export function storedEventOf(row: Row): StoredEvent {
  const event = {
    roomId: String(row.room_id),
    seq: Number(row.seq),
    tag: String(row.tag),
    id: String(row.id),
    event: String(row.event),
    version: Number(row.version),
    data: parsed<JsonValue>(row.data),
    from: String(row.sender),
    timestamp: Number(row.timestamp),
    hash: String(row.hash),
    redacted: row.redacted === true,
  };
  return row.meta === null ? event : { ...event, meta: parsed<JsonObject>(row.meta) };
}

function parsed<T extends JsonValue>(text: unknown): T {
  return JSON.parse(String(text));
}
