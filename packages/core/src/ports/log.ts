import type { EventLog } from "./event-log.ts";
import type { RoomStore } from "./room-store.ts";

/** The two durable ports, which share one database. */
export interface Log {
  readonly events: EventLog;
  readonly rooms: RoomStore;
  /** Ends what it holds open. Safe to call twice. */
  close(): Promise<void>;
}
