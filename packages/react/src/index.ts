export { createDialogueHooks } from "./create-dialogue-hooks.ts";
export type {
  Connection,
  DialogueHooks,
  DialogueProviderProps,
  Messages,
  MessagesOptions,
  RoomState,
  Rooms,
  Trigger,
  Unread,
} from "./dialogue-hooks.ts";
export type { FailedMessage, PendingMessage, RoomMessage, SentMessage } from "./room-message.ts";
