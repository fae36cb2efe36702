import { DialogueError, type EventDefinition, type RoomDefinition } from "@dialogue/events";
import type { Report } from "../logger.ts";
import type { RoomStore, StoredRoom } from "../ports/room-store.ts";
import { configuredRoom, type Room } from "./room.ts";

/** Stands in a stored room for every event of the application; no event can bear this name. */
export const everyEvent = "*";

/** Every room there is, and every event that rooms may use. */
export interface RoomDirectory {
  readonly configured: ReadonlyMap<string, Room>;
  /** Always as the store has it: a room deleted on another node is gone here too. */
  find(roomId: string): Promise<Room | undefined>;
  list(): Promise<readonly Room[]>;
  /** The room that a stored one is on this node; names of events that nobody defines are reported and left out. */
  resolve(stored: StoredRoom): Room;
  /** The known definition of that name. */
  event(name: string): EventDefinition | undefined;
  /** What an event that a room holds is defined by: the room's own word first. */
  definitionOf(event: { readonly roomId: string; readonly event: string }): EventDefinition | undefined;
}

export function createRoomDirectory(options: {
  readonly rooms: Readonly<Record<string, RoomDefinition>>;
  readonly events: readonly EventDefinition[];
  readonly store: RoomStore;
  readonly report: Report;
}): RoomDirectory {
  const configured = new Map(Object.entries(options.rooms).map(([id, room]) => [id, configuredRoom(id, room)]));
  const known = knownEvents(options.events, configured);
  const reported = new Set<string>();

  function reportUnknown(roomId: string, name: string): void {
    const fact = `${roomId} ${name}`;
    if (reported.has(fact)) return;
    reported.add(fact);
    options.report(
      new DialogueError("EVENT_NOT_ALLOWED", `cannot use event ${name} in room ${roomId}: nobody defines it`),
      `resolve the events of room ${roomId}`,
    );
  }

  function eventsOf(stored: StoredRoom): ReadonlyMap<string, EventDefinition> {
    if (stored.events.includes(everyEvent)) return known;
    const events = new Map<string, EventDefinition>();
    for (const name of stored.events) {
      const event = known.get(name);
      if (event) events.set(name, event);
      else reportUnknown(stored.id, name);
    }
    return events;
  }

  function resolve(stored: StoredRoom): Room {
    const { events: _, defaultSubscriptions, ...facts } = stored;
    const events = eventsOf(stored);
    const room: Room = { ...facts, events, isConfigured: false };
    if (!defaultSubscriptions) return room;
    return { ...room, defaultSubscriptions: defaultSubscriptions.filter((name) => events.has(name)) };
  }

  return {
    configured,
    resolve,
    async find(roomId) {
      const room = configured.get(roomId);
      if (room) return room;
      const stored = await options.store.get(roomId);
      return stored && resolve(stored);
    },
    async list() {
      const stored = await options.store.list();
      return [...configured.values(), ...stored.filter((room) => !configured.has(room.id)).map(resolve)];
    },
    event: (name) => known.get(name),
    definitionOf: ({ roomId, event }) => configured.get(roomId)?.events.get(event) ?? known.get(event),
  };
}

/** Those given on their own come first, then those of the rooms in order: the first of a name stands. */
function knownEvents(
  given: readonly EventDefinition[],
  rooms: ReadonlyMap<string, Room>,
): ReadonlyMap<string, EventDefinition> {
  const known = new Map<string, EventDefinition>();
  const all = [...given, ...[...rooms.values()].flatMap((room) => [...room.events.values()])];
  for (const event of all) if (!known.has(event.name)) known.set(event.name, event);
  return known;
}
