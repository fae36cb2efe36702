import type { Appended } from "@dialogue/core";
import { sql } from "drizzle-orm";
import { type Database, query } from "./database.ts";
import type { Line } from "./line.ts";
import { appendedAt, behind, type Place, placesOf } from "./places.ts";

/**
 * Appends lines of which none stands already, which is what nearly all are, in one statement that looks nothing up. Where
 * one does stand it rejects with a unique violation and leaves no trace.
 */
export async function appendFresh(db: Pick<Database, "execute">, lines: readonly Line[]): Promise<readonly Appended[]> {
  const places = placesOf(lines);
  const shares = JSON.stringify([...new Set(places.map(({ share }) => share))]);
  const drafts = `[${lines.map(({ json }, at) => withPlace(json, places[at])).join()}]`;
  const rows = await query(db, sql`select * from dialogue_append_fresh(${shares}::text::json, ${drafts}::text::json)`);
  const heads = new Map(rows.map((row) => [row.room_id, row]));
  return lines.map((line, at) => appendedAt(line, places[at], heads.get(line.draft.roomId)));
}

function withPlace(json: string, place: Place | undefined): string {
  return `{"behind":${place ? behind(place) : 0},${json.slice(1)}`;
}
