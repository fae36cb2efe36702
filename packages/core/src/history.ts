import {
  type Cursor,
  DialogueError,
  formatCursor,
  type HistoryPage,
  type HistoryQuery,
  type Limits,
  type Position,
  parseCursor,
} from "@dialogue/events";
import type { ReadEvent } from "./evolution/reading.ts";
import { envelopeOf } from "./log/envelope.ts";
import type { EventLog, StoredEvent } from "./ports/event-log.ts";

const usualLimit = 50;

/** Events on both sides of a place, oldest first; of each side one more than the page shows where there is one. */
interface Stretch {
  readonly older: readonly StoredEvent[];
  readonly newer: readonly StoredEvent[];
}

/** How many events of each side a page shows. */
interface Share {
  readonly older: number;
  readonly newer: number;
}

/**
 * Reads one page of a room's log. Redacted events and unreadable ones are left out, so that a page may be shorter than its limit, or empty,
 * and still have neighbours. Rejects with INVALID_REQUEST for a limit out of bounds, for what is not a cursor, for a
 * cursor or an id the log does not hold, and for more than one of `before`, `after` and `around`.
 */
export async function readHistory(
  log: EventLog,
  roomId: string,
  query: HistoryQuery,
  limits: Pick<Limits, "pageSize">,
): Promise<HistoryPage> {
  const limit = limitOf(roomId, query, limits.pageSize);
  const { before, after, around } = query;
  if ([before, after, around].filter((place) => place !== undefined).length > 1)
    throw refusal(roomId, "only one of before, after and around may be given");

  if (before !== undefined)
    return pageAt(log, roomId, query, await standing(log, roomId, before), { older: limit, newer: 0 });
  if (after !== undefined)
    return pageAt(log, roomId, query, await standing(log, roomId, after), { older: 0, newer: limit });
  if (around === undefined) return pageAt(log, roomId, query, undefined, { older: limit, newer: 0 });
  const half = Math.floor(limit / 2);
  return pageAt(log, roomId, query, await found(log, roomId, around), { older: limit - half, newer: half });
}

async function pageAt(
  log: EventLog,
  roomId: string,
  query: HistoryQuery,
  place: Position | undefined,
  share: Share,
): Promise<HistoryPage> {
  return pageOf(await readBoth(log, roomId, query, place?.seq, share), share, place);
}

async function readBoth(
  log: EventLog,
  roomId: string,
  { events }: HistoryQuery,
  seq: number | undefined,
  share: Share,
): Promise<Stretch> {
  const names = events === undefined ? {} : { events };
  const backwards = { ...names, backwards: true, limit: share.older + 1 } as const;
  if (seq === undefined) return { older: (await log.read(roomId, backwards)).events.toReversed(), newer: [] };
  const [older, newer] = await Promise.all([
    log.read(roomId, { ...backwards, upTo: seq }),
    log.read(roomId, { ...names, after: seq, limit: share.newer + 1 }),
  ]);
  return { older: older.events.toReversed(), newer: newer.events };
}

function pageOf({ older, newer }: Stretch, share: Share, place: Position | undefined): HistoryPage {
  const before = older.length > share.older ? older[0] : undefined;
  const shown = [...older.slice(before ? 1 : 0), ...newer.slice(0, share.newer)];
  const last = shown.at(-1) ?? place;
  const hasNewer = newer.length > share.newer;
  return {
    events: shown.filter(hasContent).map(envelopeOf),
    // `before` takes in the event at its cursor, `after` begins behind it.
    ...(before && { older: cursorOf(before) }),
    ...(hasNewer && last && { newer: cursorOf(last) }),
    ...(last && { end: cursorOf(last) }),
  };
}

function hasContent({ redacted, state }: ReadEvent): boolean {
  return !redacted && state !== "unreadable";
}

/** The place a cursor names, which the log holds. */
async function standing(log: EventLog, roomId: string, cursor: Cursor): Promise<Position> {
  const place = parseCursor(cursor);
  if (!place) throw refusal(roomId, "that is not a cursor");
  const { events, floor } = await log.read(roomId, { backwards: true, upTo: place.seq, limit: 1 });
  const isHeld = [floor, ...events].some((held) => isSamePlace(held, place));
  if (!isHeld) throw refusal(roomId, "the log does not hold the place of that cursor (any more)");
  return place;
}

async function found(log: EventLog, roomId: string, id: string): Promise<Position> {
  const event = await log.find(roomId, id);
  if (!event) throw refusal(roomId, "there is no event with that id");
  return event;
}

function limitOf(roomId: string, { limit }: HistoryQuery, pageSize: number): number {
  if (limit === undefined) return Math.min(usualLimit, pageSize);
  if (Number.isInteger(limit) && limit >= 1 && limit <= pageSize) return limit;
  throw refusal(roomId, `the limit must be an integer from 1 to ${pageSize}`);
}

function isSamePlace(a: Position, b: Position): boolean {
  return a.seq === b.seq && a.tag === b.tag;
}

function cursorOf({ seq, tag }: Position): Cursor {
  return formatCursor(seq, tag);
}

function refusal(roomId: string, why: string): DialogueError {
  return new DialogueError("INVALID_REQUEST", `cannot read the history of room ${roomId}: ${why}`);
}
