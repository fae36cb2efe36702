import type { Appended, Draft, LogInTransaction } from "@dialogue/core";
import { sql } from "drizzle-orm";
import { appendOrFind } from "./append-or-find.ts";
import type { Batcher } from "./batcher.ts";
import { type Database, query } from "./database.ts";
import { databaseError, guarded } from "./database-error.ts";
import { lineOf } from "./line.ts";
import { find } from "./postgres-event-log.ts";
import { get } from "./postgres-room-store.ts";

/** A database's transaction, as Drizzle gives it. */
export type TransactionOf<Db extends Database> = Parameters<Parameters<Db["transaction"]>[0]>[0];

type Run<Tx, T> = (tx: Tx, log: LogInTransaction) => Promise<T>;
type AnyTransaction = TransactionOf<Database>;

/** `RunTransaction` on a database. */
export async function runTransaction<Db extends Database, T>(
  db: Db,
  batcher: Batcher,
  run: Run<TransactionOf<Db>, T>,
): Promise<T> {
  const releases = new Map<string, () => void>();
  const hold = (roomId: string): void => {
    if (!releases.has(roomId)) releases.set(roomId, batcher.hold(roomId));
  };
  let refusal: { readonly error: unknown } | undefined;
  try {
    return await db.transaction(async (tx) => {
      try {
        // Drizzle's own signature, which the general one of `Database` cannot name.
        return await run(tx as TransactionOf<Db>, logIn(tx, hold));
      } catch (error) {
        refusal = { error };
        throw error;
      }
    });
  } catch (error) {
    // The application's error is its own; any other is the database's.
    throw refusal ? refusal.error : databaseError("run a transaction", error);
  } finally {
    for (const release of releases.values()) release();
  }
}

function logIn(tx: AnyTransaction, hold: (roomId: string) => void): LogInTransaction {
  let last: Promise<unknown> = Promise.resolve();

  function append(drafts: readonly Draft[]): Promise<readonly Appended[]> {
    const turn = last.then(() => guarded("append events", () => appendEach(tx, drafts, hold)));
    // Its caller is told of a failure; the next one meets a transaction that is void.
    last = Promise.allSettled([turn]);
    return turn;
  }

  return {
    events: {
      append,
      find: (roomId, id) => guarded(`find an event of room ${roomId}`, () => find(tx, roomId, id)),
    },
    rooms: { get: (id) => guarded(`read room ${id}`, () => get(tx, id)) },
  };
}

// One by one: what repeats an id finds the first.
async function appendEach(
  tx: AnyTransaction,
  drafts: readonly Draft[],
  hold: (roomId: string) => void,
): Promise<readonly Appended[]> {
  const answers: Appended[] = [];
  for (const draft of drafts) {
    const line = lineOf(draft);
    hold(draft.roomId);
    await lockHead(tx, draft.roomId);
    answers.push(...(await appendOrFind(tx, [line])));
  }
  return answers;
}

// An append of its own may lose a race and try again; within a transaction the loser would take everything with it. Who
// holds the head before the look-up sees all that others appended, and cannot lose.
async function lockHead(tx: AnyTransaction, roomId: string): Promise<void> {
  await query(
    tx,
    sql`insert into dialogue_heads as h (room_id) values (${roomId}) on conflict (room_id) do update set seq = h.seq`,
  );
}
