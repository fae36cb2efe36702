import { DialogueError, type Envelope } from "@dialogue/events";
import { roomNotFound } from "../authority.ts";
import type { Core } from "../core.ts";
import type { Report } from "../logger.ts";
import type { Log, LogInTransaction } from "../ports/log.ts";
import { checkRoomId, type Room } from "../rooms/room.ts";
import type { RoomDirectory } from "../rooms/room-directory.ts";
import type { Within } from "../time-limit.ts";
import type { Trigger } from "./trigger.ts";

/** What a trigger needs to take part in a transaction. */
export interface TransactionParts {
  readonly authorise: (caller: unknown, roomId: string) => Promise<Room>;
  readonly log: LogInTransaction["events"];
  /** Calls back once the transaction has taken effect; never, if it has not. */
  readonly later: (tell: () => void) => void;
}

export function createTransact(options: {
  readonly log: Log;
  readonly directory: RoomDirectory;
  readonly within: Within;
  readonly portMs: number;
  readonly checkOpen: () => void;
  readonly triggerWith: (parts: TransactionParts) => Trigger;
  readonly report: Report;
}): Core["transaction"] {
  const { log, directory, within, portMs, checkOpen, triggerWith, report } = options;

  /** As the transaction sees it: on an embedded database any other way would wait for the transaction's end. */
  async function roomIn(inside: LogInTransaction, roomId: string): Promise<Room> {
    checkRoomId(roomId);
    const configured = directory.configured.get(roomId);
    if (configured) return configured;
    const stored = await within(portMs, `find room ${roomId}`, inside.rooms.get(roomId));
    if (!stored) throw roomNotFound(roomId);
    return directory.resolve(stored);
  }

  /** It has taken effect: nothing that happens from here on may say otherwise. */
  function tellSafely(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      report(error, "tell of a transaction's events");
    }
  }

  return async (run) => {
    const { transaction } = log;
    if (!transaction) throw new DialogueError("INVALID_REQUEST", "cannot begin a transaction: the log given has none");
    checkOpen();
    const tells: (() => void)[] = [];
    const result = await transaction(async (tx, inside) => {
      const trigger = triggerWith({
        authorise: (_, roomId) => roomIn(inside, roomId),
        log: inside.events,
        later: (tell) => tells.push(tell),
      });
      const triggered: Promise<Envelope>[] = [];
      let isOver = false;
      try {
        const answer = await run(tx, (request, from) => {
          if (isOver) return Promise.reject(tooLate(request.roomId));
          const accepted = trigger(undefined, request, from);
          triggered.push(accepted);
          return accepted;
        });
        // All or nothing, also where one was not awaited: what was refused takes the rest with it.
        await Promise.all(triggered);
        return answer;
      } finally {
        isOver = true;
        // The connection goes on to others: nothing of ours may still be under way on it.
        await Promise.allSettled(triggered);
      }
    });
    for (const tell of tells) tellSafely(tell);
    return result;
  };
}

function tooLate(roomId: string): DialogueError {
  return new DialogueError("INVALID_REQUEST", `cannot trigger in room ${roomId}: the transaction is over`);
}
