import type { PresenceStore } from "@dialogue/core";
import { type PostgresBackplane, postgresBackplane } from "./backplane/postgres-backplane.ts";
import { connect } from "./connect.ts";
import { type OpenLogOptions, prepareServer, type ServerLog } from "./open-log.ts";
import { logOn } from "./postgres-log.ts";
import { presenceStoreOn } from "./postgres-presence-store.ts";

/** Every port of a node, on one PostgreSQL: several nodes on it are one Dialogue. */
export interface PostgresPorts {
  readonly log: ServerLog;
  readonly backplane: PostgresBackplane;
  readonly presence: PresenceStore;
  /** Closes them all. Safe to call twice. */
  close(): Promise<void>;
}

/** Connections for presence: apart, so that a herd of joins takes none from the log. */
const presenceConnections = 2;

/** Opens them and prepares the tables. Rejects as `openLog` does. */
export async function openPostgres(
  { url, connections }: { readonly url: string; readonly connections?: number },
  { report = () => undefined, batch }: OpenLogOptions = {},
): Promise<PostgresPorts> {
  await prepareServer(url, report);
  const backplane = await postgresBackplane({ url, report });
  const ofLog = connect({ url, report, ...(connections === undefined ? {} : { connections }) });
  const ofPresence = connect({ url, report, connections: presenceConnections });
  return {
    log: logOn(ofLog.db, ofLog.close, batch),
    backplane,
    presence: presenceStoreOn(ofPresence.db),
    async close() {
      await backplane.close();
      await Promise.all([ofLog.close(), ofPresence.close()]);
    },
  };
}
