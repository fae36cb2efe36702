export { createDialogueClient } from "./client.ts";
export type { ConnectionState, ConnectionStatus } from "./connection-status.ts";
export type { DialogueClient, JoinOptions, NewRoom, NewRoomOf, RoomFacts } from "./dialogue-client.ts";
export type { Live } from "./live.ts";
export type { Reset } from "./log-stream.ts";
export { newId } from "./new-id.ts";
export type { Auth, ClientOptions } from "./options.ts";
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
