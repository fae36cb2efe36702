export type { BatchOptions } from "./batch-limits.ts";
export { timeOuts } from "./connect.ts";
export { type LogTarget, type OpenLogOptions, openLog } from "./open-log.ts";
export { type PostgresLogOptions, postgresLog } from "./postgres-log.ts";
export { postgresPresenceStore } from "./postgres-presence-store.ts";
