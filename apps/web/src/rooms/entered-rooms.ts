import { createKept, type Kept } from "../ui/kept.ts";

/** The ids of the rooms that somebody has entered and not left, beside those that everyone is in. */
export type EnteredRooms = Kept<readonly string[]>;

export function keptEnteredRooms(userId: string): EnteredRooms {
  return createKept<readonly string[]>(`dialogue.entered.${userId}`, [], (value) =>
    Array.isArray(value) ? value.filter((id) => typeof id === "string") : undefined,
  );
}

export function enterRoom(entered: EnteredRooms, roomId: string): void {
  entered.change((before) => (before.includes(roomId) ? before : [...before, roomId]));
}

export function leaveRoom(entered: EnteredRooms, roomId: string): void {
  entered.change((before) => before.filter((id) => id !== roomId));
}
