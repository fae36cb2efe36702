export { timeOuts } from "./connect.ts";
export { type LogTarget, type OpenLogOptions, openLog } from "./open-log.ts";
export { postgresLog } from "./postgres-log.ts";
