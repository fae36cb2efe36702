export { postgresLog } from "./postgres-log.ts";
