import type { RoomInfo } from "@dialogue/events";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useChat } from "../chat-context.ts";
import { useRooms } from "../connection/chat-hooks.ts";

/** The rooms, apart by whether one is in them. */
export interface MyRooms {
  readonly status: "loading" | "ready" | "failed";
  readonly refresh: () => void;
  readonly mine: readonly RoomInfo[];
  readonly others: readonly RoomInfo[];
}

/** A session may attend a hundred rooms: some are left for what is opened in passing. */
const mostRooms = 80;

export function useMyRooms(): MyRooms {
  const { entered } = useChat();
  const { status, rooms, refresh } = useRooms();
  const ids = useSyncExternalStore(entered.subscribe, entered.current);
  return useMemo(() => {
    const sorted = rooms.toSorted(
      (one, other) => Number(canLeave(one)) - Number(canLeave(other)) || byName(one, other),
    );
    const mine = sorted.filter((room) => !canLeave(room) || ids.includes(room.id)).slice(0, mostRooms);
    return { status, refresh, mine, others: sorted.filter((room) => !mine.includes(room)) };
  }, [status, rooms, refresh, ids]);
}

/** Asks for the rooms again when something that shows them appears, and when one comes back to the window. */
export function useFreshRooms(): void {
  const { refresh } = useRooms();
  useEffect(() => {
    const look = (): void => {
      if (document.visibilityState === "visible") refresh();
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [refresh]);
}

/** Everyone is in the rooms that nobody made. */
export function canLeave(room: RoomInfo): boolean {
  return room.createdById !== undefined;
}

function byName(one: RoomInfo, other: RoomInfo): number {
  return one.name.localeCompare(other.name) || one.id.localeCompare(other.id);
}
