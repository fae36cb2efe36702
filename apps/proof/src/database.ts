import { join } from "node:path";
import type { Log } from "@dialogue/core";
import { openLog } from "@dialogue/postgres";
import type { RoomLog } from "@dialogue/testkit/proof";
import { copyFolder } from "./copy-folder.ts";
import { ownPostgres } from "./own-postgres.ts";

export type DatabaseName = "pglite" | "postgres";

/** What a server keeps its log in, and what can be done to it. */
export interface Database {
  readonly name: DatabaseName;
  /** What the server's environment says of it. */
  readonly settings: Readonly<Record<string, string>>;
  /** Where it listens; undefined for one in a folder. */
  readonly port: number | undefined;
  /** Stops it at once, as a loss of power would. Refused by one in a folder: it dies with its server. */
  crash(): Promise<void>;
  start(): Promise<void>;
  /** Keeps what it holds now. It must be down, and so must a server with it in its folder. */
  dump(): Promise<void>;
  /** Puts back what `dump` kept; down as for that. */
  restore(): Promise<void>;
  /** Calls with the log itself. One in a folder must have no server. */
  withLog<T>(read: (log: Log) => Promise<T>): Promise<T>;
  remove(): Promise<void>;
}

/** A new, empty database; `folder` is the server's data folder. */
export function openDatabase(name: DatabaseName, folder: string): Promise<Database> {
  return name === "pglite" ? Promise.resolve(inFolder(folder)) : onServer();
}

function inFolder(folder: string): Database {
  const data = join(folder, "pgdata");
  const kept = `${folder}-dump`;
  const refuse = () => Promise.reject(new Error("cannot stop PGlite: it is a part of its server"));
  return {
    name: "pglite",
    settings: {},
    port: undefined,
    crash: refuse,
    start: refuse,
    dump: () => copyFolder(data, kept),
    restore: () => copyFolder(kept, data),
    async withLog(read) {
      const log = await openLog({ dataDir: folder });
      return read(log).finally(() => log.close());
    },
    remove: async () => undefined,
  };
}

async function onServer(): Promise<Database> {
  const server = await ownPostgres();
  const { url, port } = server;
  return {
    name: "postgres",
    settings: { DATABASE_URL: url },
    port,
    crash: server.crash,
    start: server.start,
    dump: server.dump,
    restore: server.restore,
    async withLog(read) {
      const log = await openLog({ url });
      return read(log).finally(() => log.close());
    },
    remove: server.remove,
  };
}

/** The whole log of each room. */
export async function readLogs(database: Database, roomIds: readonly string[]): Promise<ReadonlyMap<string, RoomLog>> {
  return database.withLog(async (log) => {
    const logs = new Map<string, RoomLog>();
    for (const roomId of roomIds) {
      // In one statement, so that what the checker sees stood in the log at one moment.
      const { events, floor } = await log.events.read(roomId, { after: 0, limit: 1_000_000 });
      logs.set(roomId, { events: events.map(({ seq, id, tag }) => ({ seq, id, tag })), floor: floor.seq });
    }
    return logs;
  });
}
