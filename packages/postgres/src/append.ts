import { randomUUID } from "node:crypto";
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
  const { roomId, id, event, version, from, hash } = draft;
  assertStorable(`append to room ${roomId}`, [roomId, id, event, from, hash]);
  // Its first 32 bits are random all of them, and it is several times as fast as drawing four bytes.
  const tag = randomUUID().slice(0, 8);
  const facts = {
    ...{ tag, room_id: roomId, id, event, version, sender: from, hash },
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

/** The same in one try: rejects with whatever came in the way of any. */
export async function appendOnce(db: Pick<Database, "execute">, lines: readonly Line[]): Promise<readonly Appended[]> {
  const standing = new Map<number, Row>();
  const heads = new Map<unknown, Row>();
  for (const row of await query(db, statementFor(lines))) {
    if (row.is_new) heads.set(row.room_id, row);
    else standing.set(Number(row.place), row);
  }
  const places = placesOf(lines.filter((_, at) => !standing.has(at + 1)));
  return lines.map((line, at) => {
    const row = standing.get(at + 1);
    return row ? standingOf(line.draft, row) : appendedOf(line, places.get(line), heads.get(line.draft.roomId));
  });
}

/** Where a line came among those of its room that were appended. */
interface Place {
  /** How many of its room came behind it. */
  readonly behind: number;
  /** The tag of the one before it; undefined for the first. */
  readonly previousTag: string | undefined;
}

function placesOf(fresh: readonly Line[]): ReadonlyMap<Line, Place> {
  const rooms = new Map<string, Line[]>();
  for (const line of fresh) {
    const ofRoom = rooms.get(line.draft.roomId) ?? [];
    rooms.set(line.draft.roomId, ofRoom);
    ofRoom.push(line);
  }
  const places = new Map<Line, Place>();
  for (const ofRoom of rooms.values())
    for (const [at, line] of ofRoom.entries())
      places.set(line, { behind: ofRoom.length - 1 - at, previousTag: ofRoom[at - 1]?.tag });
  return places;
}

function statementFor(lines: readonly Line[]): SQL {
  const drafts = `[${lines.map(({ json }) => json).join()}]`;
  return sql`select * from dialogue_append_version(${drafts}::text::json)`;
}

function appendedOf({ draft, tag }: Line, place: Place | undefined, head: Row | undefined): Appended {
  const { roomId, id, event, version, data, from, meta, hash } = draft;
  if (!place || !head) throw new Error(`the database did not answer for draft ${id}`);
  const given = { roomId, id, event, version, data, from, hash };
  const facts = { ...given, seq: Number(head.seq) - place.behind, tag, redacted: false };
  return {
    status: "appended",
    event: { ...facts, timestamp: Number(head.timestamp), ...(meta === undefined ? {} : { meta }) },
    previousTag: place.previousTag ?? String(head.previous_tag),
  };
}

/** What the answer is to a draft whose id stands already. */
function standingOf(draft: Draft, row: Row): Appended {
  const event = storedEventOf(row);
  const isSame = event.hash === draft.hash && event.from === draft.from;
  return isSame ? { status: "duplicate", event } : { status: "conflict" };
}
