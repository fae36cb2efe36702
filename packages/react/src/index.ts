export type {
  Connection,
  DialogueHooks,
  DialogueProviderProps,
  Messages,
  MessagesOptions,
  Rooms,
  RoomState,
  Trigger,
  Unread,
} from "./dialogue-hooks.ts";
export type { FailedMessage, PendingMessage, RoomMessage, SentMessage } from "./room-message.ts";
