import type { Report } from "../logger.ts";
import type { EventLog, Head } from "../ports/event-log.ts";
import type { Retry } from "./retry.ts";

/** One room whose head is checked. */
export interface Checked {
  readonly roomId: string;
  /** Its own position: what the log answers is judged against what this was when the question was sent. */
  readonly seq: number;
  take(head: Head, askedAt: number): void;
}

/** Asks the log for heads: every room that wants one at a time is in one query, and there is one query at a time. */
export interface Checker {
  /** Resolves once an answer has been taken whose question was sent after this call, or the node has closed. */
  ask(room: Checked): Promise<void>;
}

/** Rooms in one query. */
const roomsPerQuery = 1_000;

export function createChecker(options: {
  readonly log: EventLog;
  readonly retry: Retry;
  readonly report: Report;
  readonly isClosed: () => boolean;
}): Checker {
  const { log, retry, report, isClosed } = options;
  let wanted = new Set<Checked>();
  let round: Promise<void> | undefined;
  let nextRound: Promise<void> | undefined;

  async function run(before: Promise<void> | undefined): Promise<void> {
    // Even the first round waits for the end of the turn, so that all who ask in it share the query.
    await before;
    round = nextRound;
    nextRound = undefined;
    const rooms = [...wanted];
    wanted = new Set();
    for (let at = 0; at < rooms.length; at += roomsPerQuery) await query(rooms.slice(at, at + roomsPerQuery));
  }

  async function query(rooms: readonly Checked[]): Promise<void> {
    const asked = await retry({
      doing: "check the heads of open rooms",
      isOver: isClosed,
      ask: async () => {
        const positions = rooms.map((room) => room.seq);
        return { positions, heads: await log.heads(rooms.map((room) => room.roomId)) };
      },
    });
    if (!asked) return;
    for (const [index, room] of rooms.entries()) answer(room, asked.heads[index], asked.positions[index] ?? 0);
  }

  function answer(room: Checked, head: Head | undefined, askedAt: number): void {
    try {
      if (head) room.take(head, askedAt);
    } catch (error) {
      // One room's fault must not end the checks of the others.
      report(error, `judge the head of room ${room.roomId}`);
    }
  }

  return {
    ask(room) {
      wanted.add(room);
      nextRound ??= run(round);
      return nextRound;
    },
  };
}
