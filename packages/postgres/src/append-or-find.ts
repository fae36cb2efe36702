import type { Appended, Draft } from "@dialogue/core";
import { sql } from "drizzle-orm";
import { type Database, query, type Row } from "./database.ts";
import type { Line } from "./line.ts";
import { appendedAt, placesOf } from "./places.ts";
import { storedEventOf } from "./stored-event.ts";

/** Looks up which of the lines stand and appends the others, in one statement and one try: rejects with whatever came in the way of any. */
export async function appendOrFind(
  db: Pick<Database, "execute">,
  lines: readonly Line[],
): Promise<readonly Appended[]> {
  const drafts = `[${lines.map(({ json }) => json).join()}]`;
  const standing = new Map<number, Row>();
  const heads = new Map<unknown, Row>();
  for (const row of await query(db, sql`select * from dialogue_append_version(${drafts}::text::json)`)) {
    if (row.is_new) heads.set(row.room_id, row);
    else standing.set(Number(row.place), row);
  }
  const places = placesOf(lines.filter((_, at) => !standing.has(at + 1))).values();
  return lines.map((line, at) => {
    const row = standing.get(at + 1);
    return row ? standingOf(line.draft, row) : appendedAt(line, places.next().value, heads.get(line.draft.roomId));
  });
}

/** What the answer is to a draft whose id stands already. */
function standingOf(draft: Draft, row: Row): Appended {
  const event = storedEventOf(row);
  const isSame = event.hash === draft.hash && event.from === draft.from;
  return isSame ? { status: "duplicate", event } : { status: "conflict" };
}
