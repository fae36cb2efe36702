export {
  type PostgresBackplane,
  type PostgresBackplaneOptions,
  postgresBackplane,
} from "./backplane/postgres-backplane.ts";
export type { BatchOptions } from "./batch-limits.ts";
export { timeOuts } from "./connect.ts";
export { type FolderLog, type LogTarget, type OpenLogOptions, openLog, type ServerLog } from "./open-log.ts";
export { openPostgres, type PostgresPorts } from "./open-postgres.ts";
export { type PostgresLogOptions, postgresLog } from "./postgres-log.ts";
export { postgresPresenceStore } from "./postgres-presence-store.ts";
