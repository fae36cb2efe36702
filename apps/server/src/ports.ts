import type { Backplane, Log, PresenceStore, Report } from "@dialogue/core";
import { openLog, openPostgres } from "@dialogue/postgres";
import type { Environment } from "./environment.ts";

/** Where the chat keeps what is said, and what it shares with other processes. */
export interface Ports {
  readonly log: Log;
  /** Absent where no other process can be on the same log. */
  readonly backplane?: Backplane;
  readonly presence?: PresenceStore;
  close(): Promise<void>;
}

/** PostgreSQL for all of them where the environment names one, else the embedded database, which one process holds. */
export async function openPorts(
  { databaseUrl, dataFolder }: Pick<Environment, "databaseUrl" | "dataFolder">,
  report: Report,
): Promise<Ports> {
  if (databaseUrl !== undefined) return openPostgres({ url: databaseUrl }, { report });
  const log = await openLog({ dataDir: dataFolder }, { report });
  return { log, close: log.close };
}
