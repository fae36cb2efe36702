import type { DialogueClient, Live, UntypedRoom } from "@dialogue/client";
import type { MessagesOptions, RoomState } from "./dialogue-hooks.ts";
import { createMessageList, type MessageList } from "./message-list.ts";
import { createRoomList, type RoomList } from "./room-list.ts";
import { createRoster, type Roster } from "./roster.ts";
import { createSharedRoom, type SharedRoom } from "./shared-room.ts";
import { machine, type Surroundings } from "./surroundings.ts";

/** What the hooks read: one of each for a client, however many components use it. */
export interface Bindings {
  readonly client: DialogueClient;
  readonly rooms: RoomList;
  room(roomId: string): RoomBindings;
}

/** What the hooks read of one room. */
export interface RoomBindings {
  readonly room: SharedRoom;
  /** Attends the room while somebody subscribes. */
  readonly state: Live<RoomState<UntypedRoom>>;
  /** The state before anything was done. */
  readonly joining: RoomState<UntypedRoom>;
  readonly typing: Live<Roster>;
  readonly presence: Live<Roster>;
  /** The list of these events; the same for the same options. */
  messages(options: MessagesOptions): MessageList;
}

const known = new WeakMap<DialogueClient, Bindings>();

/** The client's bindings; they outlive every component, so that mounting again finds what is there. */
export function bindingsOf(client: DialogueClient, lingerMs = 1_000): Bindings {
  const there = known.get(client);
  if (there) return there;
  const made = createBindings(client, lingerMs, machine);
  known.set(client, made);
  return made;
}

function createBindings(client: DialogueClient, lingerMs: number, surroundings: Surroundings): Bindings {
  const byId = new Map<string, RoomBindings>();
  return {
    client,
    rooms: createRoomList(client, lingerMs, surroundings),
    room(roomId) {
      const there = byId.get(roomId);
      if (there) return there;
      const made = bindRoom(client, roomId, lingerMs, surroundings);
      byId.set(roomId, made);
      return made;
    },
  };
}

function bindRoom(client: DialogueClient, roomId: string, lingerMs: number, surroundings: Surroundings): RoomBindings {
  const room = createSharedRoom({ client, roomId, surroundings });
  const shared = { room, lingerMs, surroundings };
  const lists = new Map<string, MessageList>();

  function messages({ events, pageSize = 50, keep = 1_000, keepAtEnd = keep }: MessagesOptions): MessageList {
    const names = events && [...new Set(events)].sort();
    const key = JSON.stringify([names, pageSize, keep, keepAtEnd]);
    const there = lists.get(key);
    if (there) return there;
    const most = Math.max(keep, 2 * pageSize);
    const mostAtEnd = Math.min(most, Math.max(keepAtEnd, 2 * pageSize));
    const made = createMessageList({ ...shared, events: names, bounds: { most, mostAtEnd, pageSize } });
    lists.set(key, made);
    return made;
  }

  return {
    room,
    joining: room.state.current(),
    state: {
      current: room.state.current,
      subscribe(listen) {
        const stop = room.state.subscribe(listen);
        const release = room.use(lingerMs);
        return () => {
          stop();
          release();
        };
      },
    },
    typing: createRoster({ ...shared, of: ({ typing }) => typing, isShown: ({ id }) => id !== client.userId }),
    presence: createRoster({ ...shared, of: ({ presence }) => presence, isShown: () => true }),
    messages,
  };
}
