import { sql } from "drizzle-orm";
import { appendLines, type Outcome } from "./append.ts";
import { type Database, query } from "./database.ts";
import { isLockTimeOut } from "./database-error.ts";
import type { Line } from "./line.ts";

/** As `appendLines`; a room whose head another holds too long keeps the lines of the other rooms waiting once, and fails alone. */
export async function appendPastLocks(db: Database, lines: readonly Line[]): Promise<readonly Outcome[]> {
  try {
    return await appendLines(db, lines);
  } catch (error) {
    if (!isLockTimeOut(error)) throw error;
    const locked = await lockedAmong(
      db,
      lines.map(({ draft }) => draft.roomId),
    );
    const isLocked = ({ draft }: Line): boolean => locked.has(draft.roomId);
    // It was let go meanwhile, or is a room in the making, whose head is not to be seen yet.
    if (locked.size === 0) throw error;
    const outcomes = (
      await appendLines(
        db,
        lines.filter((line) => !isLocked(line)),
      )
    ).values();
    return lines.map((line) => (isLocked(line) ? { error } : (outcomes.next().value ?? { error })));
  }
}

async function lockedAmong(db: Database, roomIds: readonly string[]): Promise<ReadonlySet<string>> {
  const asked = sql`room_id in (select json_array_elements_text(${JSON.stringify(roomIds)}::text::json))`;
  const all = await query(db, sql`select room_id from dialogue_heads where ${asked}`);
  const free = await query(db, sql`select room_id from dialogue_heads where ${asked} for update skip locked`);
  const locked = new Set(all.map((row) => String(row.room_id)));
  for (const row of free) locked.delete(String(row.room_id));
  return locked;
}
