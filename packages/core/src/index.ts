export type { Action, Can, User } from "./access.ts";
export type { Cancel, Clock } from "./clock.ts";
export type {
  Caller,
  Core,
  CoreOptions,
  Link,
  RoomDraft,
  Rooms,
  Session,
  TriggerInTransaction,
  TriggerRequest,
} from "./core.ts";
export { createCore } from "./create-core.ts";
export { readHistory } from "./history.ts";
export type { ConnectedClient, Hooks, Joining, Proposal } from "./hooks.ts";
export { type Aborting, attachable, type Feed, feed } from "./log/feed.ts";
export { createHub, type Hub } from "./log/hub.ts";
export type { Detach, Frame, Sink, Source } from "./log/sink.ts";
export type { Start } from "./log/start.ts";
export type { Logger, Report } from "./logger.ts";
export { type MemoryBackplane, memoryBackplane } from "./memory/memory-backplane.ts";
export { type MemoryLogOptions, memoryLog } from "./memory/memory-log.ts";
export { memoryPresenceStore } from "./memory/memory-presence-store.ts";
export type { Metrics } from "./metrics.ts";
export type { Backplane, Bell, News, Unsubscribe } from "./ports/backplane.ts";
export type {
  Appended,
  Draft,
  EventLog,
  Head,
  Place,
  ReadRange,
  ReadResult,
  Retained,
  Retention,
  StoredEvent,
} from "./ports/event-log.ts";
export type { Log, LogInTransaction, RunTransaction, TransactionalLog } from "./ports/log.ts";
export type { Attendee, PresenceStore } from "./ports/presence-store.ts";
export type { Membership, RoomChange, RoomStore, StoredRoom } from "./ports/room-store.ts";
export { createTokenBuckets, type TokenBuckets } from "./token-bucket.ts";
