import type { Messages } from "@dialogue/react";
import { useMessages } from "../connection/chat-hooks.ts";
import type { ChatEvent } from "./rows.ts";

/** A room's list and what can be done with it. */
export type RoomMessages = Messages<ChatEvent>;

const shown = {
  events: ["message", "user:joined", "user:left"],
  pageSize: 50,
  // Whoever scrolls back may go far; whoever follows what is said sees the last screens of it.
  keep: 10_000,
  keepAtEnd: 250,
} as const;

/** What was said in a room, and who came and left. */
export function useRoomMessages(roomId: string): RoomMessages {
  return useMessages({ id: roomId }, shown);
}
