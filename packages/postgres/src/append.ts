import { randomBytes } from "node:crypto";
import type { Appended, Draft } from "@dialogue/core";
import { DialogueError } from "@dialogue/events";
import { type SQL, sql } from "drizzle-orm";
import { type Database, query, type Row } from "./database.ts";
import { isPoison, isRace } from "./database-error.ts";
import { assertStorable } from "./storable.ts";
import { storedEventOf } from "./stored-event.ts";

/** A draft as the database takes it. */
export interface Line {
  readonly draft: Draft;
  readonly tag: string;
  readonly json: string;
}

/** What became of one line: its answer, or the error that was its own. */
export type Outcome = { readonly appended: Appended } | { readonly error: unknown };

const maxTries = 8;

/** Throws INVALID_REQUEST for a draft whose text the database refuses. */
export function lineOf(draft: Draft): Line {
  const { roomId, id, event, from, hash } = draft;
  assertStorable(`append to room ${roomId}`, [roomId, id, event, from, hash]);
  const tag = randomBytes(4).toString("hex");
  const facts = {
    ...{ tag, room_id: roomId, id, event, sender: from, hash },
    data: JSON.stringify(draft.data),
    meta: draft.meta && JSON.stringify(draft.meta),
  };
  return { draft, tag, json: JSON.stringify(facts) };
}

/**
 * Appends lines of which no two share room and id, in one statement. Answers in their order. Rejects with what touches
 * them all; what concerns a single one is that one's outcome.
 */
export async function appendLines(db: Database, lines: readonly Line[], tries = 1): Promise<readonly Outcome[]> {
  if (lines.length === 0) return [];
  try {
    return (await appendOnce(db, lines)).map((appended) => ({ appended }));
  } catch (error) {
    const [only] = lines.length === 1 ? lines : [];
    if (isPoison(error)) {
      if (only) return [{ error }];
    } else if (!isRace(error)) throw error;
    else if (tries >= maxTries) {
      if (only) return [{ error: lost(only, error) }];
    } else if (tries === 1 || only) {
      // What won the race is there to be looked up now.
      return appendLines(db, lines, tries + 1);
    }
  }
  // Halves keep the trouble of one line from the others.
  const middle = lines.length >> 1;
  const first = await appendLines(db, lines.slice(0, middle));
  return [...first, ...(await appendLines(db, lines.slice(middle)))];
}

function lost({ draft }: Line, cause: unknown): DialogueError {
  const message = `cannot append ${draft.id} to room ${draft.roomId}: others were in the way ${maxTries} times`;
  return new DialogueError("UNAVAILABLE", message, { cause });
}

async function appendOnce(db: Database, lines: readonly Line[]): Promise<readonly Appended[]> {
  const rows = new Map<number, Row>();
  for (const row of await query(db, statementFor(lines))) rows.set(Number(row.place), row);
  return lines.map((line, at) => {
    const row = rows.get(at + 1);
    if (!row) throw new Error(`the database did not answer for draft ${line.draft.id}`);
    return row.is_new ? appendedOf(line, row) : standingOf(line.draft, row);
  });
}

function statementFor(lines: readonly Line[]): SQL {
  const drafts = `[${lines.map(({ json }) => json).join()}]`;
  return sql`select * from dialogue_append(${drafts}::text::json)`;
}

function appendedOf({ draft, tag }: Line, row: Row): Appended {
  const { roomId, id, event, data, from, meta, hash } = draft;
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
