import type { Core, Membership, Report, RoomChange, RoomDraft, TriggerInTransaction } from "@dialogue/core";
import {
  type Envelope,
  type EventDefinition,
  type HistoryQuery,
  type RoomInfo,
  reportFloating,
  systemUser,
} from "@dialogue/events";
import type { By } from "./dialogue.ts";

type Ref = string | { readonly id: string };
type Trigger = (room: Ref, event: EventDefinition, data: unknown, by?: By) => Promise<Envelope>;
type Handle = (event: Envelope) => unknown;

/** The application's own hands on its rooms, before the types of its events are laid over them. */
export function createRoomHands(core: Core, report: Report) {
  /** A promise that the application may leave floating. */
  function floating<T>(work: Promise<T>, doing: string): Promise<T> {
    return reportFloating(work, (error) => report(error, doing));
  }

  function triggerBy(accept: TriggerInTransaction): Trigger {
    return (room, event, data, by = systemUser) => {
      const { from = systemUser, ...rest } = typeof by === "string" ? { from: by } : by;
      const roomId = idOf(room);
      const accepted = accept({ ...rest, roomId, event, data }, from);
      return floating(accepted, `trigger ${event.name} in room ${roomId}`);
    };
  }

  function transaction<T>(run: (tx: unknown, trigger: Trigger) => Promise<T>): Promise<T> {
    const work = core.transaction((tx, accept) => run(tx, triggerBy(accept)));
    return floating(work, "run a transaction");
  }

  const trigger = triggerBy((request, from) => core.trigger(undefined, request, from));

  const on = (room: Ref, event: EventDefinition, handle: Handle) => core.on(idOf(room), event, handle);
  const consume = (name: string, room: Ref, event: EventDefinition, handle: Handle) =>
    core.consume(name, idOf(room), event, handle);
  const history = (room: Ref, query: HistoryQuery = {}) =>
    floating(core.history(undefined, idOf(room), query), `read history of room ${idOf(room)}`);
  const redact = (room: Ref, id: string) =>
    floating(core.redact(idOf(room), id), `redact event ${id} of room ${idOf(room)}`);
  const members = (room: Ref) =>
    floating(core.rooms.members(undefined, idOf(room)), `list members of room ${idOf(room)}`);
  const attendees = (room: Ref) => floating(core.rooms.attendees(idOf(room)), `list attendees of room ${idOf(room)}`);

  function isInRoom(userId: string, room: Ref): Promise<boolean> {
    const answer = core.rooms.attendees(idOf(room)).then((users) => users.some(({ id }) => id === userId));
    return floating(answer, `find user ${userId} in room ${idOf(room)}`);
  }

  return {
    trigger,
    transaction,
    on,
    consume,
    history,
    redact,
    eraseUser: (userId: string) => floating(core.eraseUser(userId), `erase the events of user ${userId}`),
    exportUser: core.exportUser,
    metrics: core.metrics,
    members,
    room: (room: Ref) => ({
      id: idOf(room),
      trigger: (event: EventDefinition, data: unknown, by?: By) => trigger(room, event, data, by),
      on: (event: EventDefinition, handle: Handle) => on(room, event, handle),
      get: (): Promise<RoomInfo> => floating(core.rooms.get(undefined, idOf(room)), `get room ${idOf(room)}`),
      history: (query?: HistoryQuery) => history(room, query),
      redact: (id: string) => redact(room, id),
      members: () => members(room),
      attendees: () => attendees(room),
    }),
    rooms: () => floating(core.rooms.list(undefined), "list the rooms"),
    createRoom: (room: RoomDraft) => floating(core.rooms.create(undefined, room), `create room ${room.id}`),
    updateRoom: (room: Ref, change: RoomChange) =>
      floating(core.rooms.update(undefined, idOf(room), change), `update room ${idOf(room)}`),
    deleteRoom: (room: Ref) => floating(core.rooms.delete(undefined, idOf(room)), `delete room ${idOf(room)}`),
    grant: (room: Ref, userId: string, role: Membership["role"] = "member") =>
      floating(core.rooms.grant(idOf(room), { userId, role }), `grant room ${idOf(room)} to user ${userId}`),
    revoke: (room: Ref, userId: string) =>
      floating(core.rooms.revoke(idOf(room), userId), `revoke room ${idOf(room)} from user ${userId}`),
    isInRoom,
  };
}

function idOf(room: Ref): string {
  return typeof room === "string" ? room : room.id;
}
