export { createDialogueClient } from "./client.ts";
export type { ConnectionState, ConnectionStatus } from "./connection-status.ts";
export type { DialogueClient, JoinOptions, NewRoom, NewRoomOf, RoomFacts } from "./dialogue-client.ts";
export type { Draft, DraftStore, KeptDraft, OpenDraftStore, PlacedDraft } from "./draft-store.ts";
export type { Live } from "./live.ts";
export type { Reset } from "./log-stream.ts";
export { memoryDrafts } from "./memory-drafts.ts";
export { newId } from "./new-id.ts";
export type { Auth, ClientOptions } from "./options.ts";
export type { Outbox } from "./outbox.ts";
export type {
  PageQuery,
  RoomCommon,
  RoomContext,
  TriggerOptions,
  TypedRoom,
  Untyped,
  UntypedRoom,
} from "./room-context.ts";
export type { WebSocketClass } from "./socket.ts";
export type { FailedEvent, PendingEvent, UnsentEvent } from "./unsent.ts";
