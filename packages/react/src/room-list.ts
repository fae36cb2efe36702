import type { DialogueClient, Live } from "@dialogue/client";
import type { DialogueError, RoomInfo } from "@dialogue/events";
import { createCell } from "./cell.ts";
import type { Rooms } from "./dialogue-hooks.ts";
import { errorOf } from "./error-of.ts";
import { createSharing } from "./sharing.ts";
import type { Surroundings } from "./surroundings.ts";

type RoomListState = Pick<Rooms, "status" | "rooms" | "error">;

/** The rooms that a user may know of. The server does not tell of new ones, so it is asked again now and then. */
export interface RoomList extends Live<RoomListState> {
  readonly actions: Pick<Rooms, "refresh" | "create" | "update" | "remove">;
}

/** Of a list that was not asked for yet. */
export const noRooms: RoomListState = Object.freeze({
  status: "loading",
  rooms: Object.freeze([]),
  error: undefined,
});

const everyMs = 15_000;

export function createRoomList(client: DialogueClient, lingerMs: number, { after }: Surroundings): RoomList {
  const cell = createCell<RoomListState>(noRooms);
  const sharing = createSharing(begin, after);
  let asked = 0;

  function begin(): () => void {
    const stop = client.onConnect(refresh);
    if (client.state === "connected") refresh();
    let cancel = again();
    function again(): () => void {
      return after(everyMs, () => {
        if (client.state === "connected") refresh();
        cancel = again();
      });
    }
    return () => {
      stop();
      cancel();
    };
  }

  function refresh(): void {
    void ask();
  }

  async function ask(): Promise<void> {
    const question = ++asked;
    try {
      const rooms = await client.listRooms();
      if (question === asked) take(rooms);
    } catch (failure) {
      if (question === asked) fail(errorOf(failure));
    }
  }

  function take(fresh: readonly RoomInfo[]): void {
    const before = cell.current();
    const rooms = kept(before.rooms, fresh);
    if (before.status === "ready" && before.rooms === rooms && !before.error) return;
    cell.set({ status: "ready", rooms, error: undefined });
  }

  function fail(error: DialogueError): void {
    const { rooms, status } = cell.current();
    cell.set({ status: status === "ready" ? "ready" : "failed", rooms, error });
  }

  async function thenRefresh<Answer>(change: Promise<Answer>): Promise<Answer> {
    const answer = await change;
    await ask();
    return answer;
  }

  return {
    current: cell.current,
    subscribe(listen) {
      const stop = cell.subscribe(listen);
      const release = sharing.use(lingerMs);
      return () => {
        stop();
        release();
      };
    },
    actions: {
      refresh,
      create: (room) => thenRefresh(client.createRoom(room)),
      update: (room, change) => thenRefresh(client.updateRoom(room, change)),
      remove: (room) => thenRefresh(client.deleteRoom(room)),
    },
  };
}

/** The fresh rooms, each the same object as before where nothing of it has changed. */
function kept(before: readonly RoomInfo[], fresh: readonly RoomInfo[]): readonly RoomInfo[] {
  const known = new Map(before.map((room) => [room.id, room]));
  const rooms = fresh.map((room) => {
    const same = known.get(room.id);
    return same && JSON.stringify(same) === JSON.stringify(room) ? same : room;
  });
  return rooms.length === before.length && rooms.every((room, at) => room === before[at]) ? before : rooms;
}
