import { type Cursor, DialogueError, type Position, parseCursor } from "@dialogue/events";
import type { EventLog } from "../ports/event-log.ts";
import type { Retry } from "./retry.ts";
import type { Tail } from "./tail.ts";

/** Where a subscription begins. */
export type Start =
  /** With what comes from now on. */
  | { readonly from: "head" }
  /** With the oldest event that is kept. */
  | { readonly from: "floor" }
  /** With the `count`-th last event among those names (default: all); where there are fewer, with the oldest of them; where there is none, at the head. */
  | { readonly from: "last"; readonly count: number; readonly events?: readonly string[] }
  /** With the event after that place. */
  | { readonly from: "cursor"; readonly cursor: Cursor };

/** The place before the first event to be read; `isClaimed` when it is only somebody's word. */
export interface StartPlace extends Position {
  readonly isClaimed: boolean;
}

/**
 * The place where a subscription of an open tail begins; undefined once it is over. Rejects with INVALID_REQUEST
 * for what is not a cursor.
 */
export async function placeOf(
  start: Start,
  tail: Tail,
  parts: { readonly log: EventLog; readonly retry: Retry; readonly isOver: () => boolean },
): Promise<StartPlace | undefined> {
  if (start.from === "head") return known(tail);
  if (start.from === "cursor") return claimed(start.cursor, tail.roomId);
  if (start.from === "last") return lastOf(start, tail, parts);
  await tail.check();
  return known(tail.floor);
}

function claimed(cursor: Cursor, roomId: string): StartPlace {
  const position = parseCursor(cursor);
  if (!position) throw new DialogueError("INVALID_REQUEST", `cannot subscribe to room ${roomId}: not a cursor`);
  return { ...position, isClaimed: true };
}

function known({ seq, tag }: Position): StartPlace {
  return { seq, tag, isClaimed: false };
}

async function lastOf(
  { count, events }: Extract<Start, { from: "last" }>,
  tail: Tail,
  { log, retry, isOver }: Parameters<typeof placeOf>[2],
): Promise<StartPlace | undefined> {
  if (count <= 0) return known(tail);
  const read = (upTo: number | undefined, limit: number, names?: readonly string[]) => {
    const range = { backwards: true, limit, ...(upTo === undefined ? {} : { upTo }), ...(names && { events: names }) };
    return retry({
      doing: `find where to begin in room ${tail.roomId}`,
      ask: () => log.read(tail.roomId, { ...range, backwards: true }),
      isOver,
    });
  };
  const found = await read(undefined, count, events);
  const first = found?.events.at(-1);
  if (!first) return found && known(tail);
  const before = await read(first.seq - 1, 1);
  return before && known(before.events[0] ?? before.floor);
}
