export { type Change, changesBetween } from "./events-file/changes.ts";
export { type CheckOptions, checkEvents, describeChanges } from "./events-file/check-events.ts";
export type { JsonSchema } from "./events-file/json-schema.ts";
export { type EventRecord, type EventsRecord, recordEvents, type VersionRecord } from "./events-file/record.ts";
