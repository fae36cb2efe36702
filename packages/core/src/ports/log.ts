import type { EventLog } from "./event-log.ts";
import type { RoomStore } from "./room-store.ts";

/** The two durable ports, which share one database. */
export interface Log {
  readonly events: EventLog;
  readonly rooms: RoomStore;
  /** Absent where the log has no transactions that an application could take part in. */
  readonly transaction?: RunTransaction<unknown>;
  /** Ends what it holds open. Safe to call twice. */
  close(): Promise<void>;
}

/** A log on a database whose transactions the application may use together with it. */
export interface TransactionalLog<Tx> extends Log {
  readonly transaction: RunTransaction<Tx>;
}

/** The log as one transaction sees and changes it. Other ways to the log may have to wait for the transaction's end. */
export interface LogInTransaction {
  readonly events: Pick<EventLog, "append" | "find">;
  readonly rooms: Pick<RoomStore, "get">;
}

/**
 * Runs within one transaction of the database.
 * 1. When it resolves, what `run` did through `tx` and what it appended is durable, all of it; nobody saw any of it before.
 * 2. When `run` rejects, none of it ever was, and no seq is missing; it rejects with what `run` rejected with.
 * 3. When the commit fails it rejects with a DialogueError; whether it took effect is not known then.
 * 4. What is appended comes in the order of the calls, of which one may begin before the other's end.
 */
export type RunTransaction<Tx> = <T>(run: (tx: Tx, log: LogInTransaction) => Promise<T>) => Promise<T>;
