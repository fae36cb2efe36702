import { createDialogueHooks } from "@dialogue/react";
import type { Chat } from "./chat-client.ts";

/** Dialogue's hooks, typed by the server's own definition. */
export const {
  DialogueProvider,
  useConnection,
  useDialogue,
  useMessages,
  usePresence,
  useRoom,
  useRooms,
  useTrigger,
  useTyping,
  useUnread,
} = createDialogueHooks<Chat>();
