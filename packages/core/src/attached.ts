import type { DialogueError } from "@dialogue/events";
import type { Action, User } from "./access.ts";

/** An attached subscription that does not judge its right by itself, as those of the log do. */
export interface Attached {
  readonly user: User;
  readonly roomId: string;
  readonly action: Action;
  end(error?: DialogueError): void;
}

/** All of them, by room: what concerns one room costs nothing for the others. */
export interface AttachedByRoom extends Iterable<Attached> {
  add(subscription: Attached): void;
  delete(subscription: Attached): void;
  inRoom(roomId: string): readonly Attached[];
  rooms(): Iterable<string>;
}

export function createAttachedByRoom(): AttachedByRoom {
  const rooms = new Map<string, Set<Attached>>();
  return {
    add(subscription) {
      const { roomId } = subscription;
      rooms.set(roomId, (rooms.get(roomId) ?? new Set()).add(subscription));
    },
    delete(subscription) {
      const { roomId } = subscription;
      const here = rooms.get(roomId);
      here?.delete(subscription);
      if (here?.size === 0) rooms.delete(roomId);
    },
    inRoom: (roomId) => [...(rooms.get(roomId) ?? [])],
    rooms: () => rooms.keys(),
    *[Symbol.iterator]() {
      for (const here of rooms.values()) yield* here;
    },
  };
}
