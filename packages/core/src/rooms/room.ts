import {
  DialogueError,
  type EventDefinition,
  type JsonObject,
  type RoomDefinition,
  type RoomInfo,
  roomIdPattern,
  type Visibility,
} from "@dialogue/events";

/** A room as this node knows it, configured or made at run time. */
export interface Room {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly events: ReadonlyMap<string, EventDefinition>;
  /** Undefined: all of its events. */
  readonly defaultSubscriptions?: readonly string[];
  readonly maxSize?: number;
  readonly syncHistoryOnJoin?: boolean | number;
  readonly createdById?: string;
  readonly visibility: Visibility;
  readonly metadata?: JsonObject;
  readonly isConfigured: boolean;
}

/** What anyone who may know of the room may know, its size apart. */
export function factsOf(room: Room): Omit<RoomInfo, "size"> {
  const { isConfigured: _, syncHistoryOnJoin: __, events, defaultSubscriptions, ...facts } = room;
  const names = [...events.keys()];
  const signals = names.filter((name) => events.get(name)?.delivery === "ephemeral");
  return { ...facts, events: names, signals, defaultSubscriptions: defaultSubscriptions ?? names };
}

/** The room that a configuration describes. Throws INVALID_REQUEST for one that cannot be. */
export function configuredRoom(id: string, definition: RoomDefinition): Room {
  checkRoomId(id);
  const { events, visibility, ...facts } = definition;
  const byName = new Map(events.map((event) => [event.name, event]));
  if (byName.size < events.length)
    throw new DialogueError("INVALID_REQUEST", `cannot define room ${id}: two of its events bear one name`);
  const room: Room = { ...facts, id, events: byName, visibility: visibility ?? "public", isConfigured: true };
  checkRoom(room);
  return room;
}

/** Throws INVALID_REQUEST for what is not a room's id. */
export function checkRoomId(id: string): void {
  if (typeof id !== "string" || !roomIdPattern.test(id))
    throw new DialogueError("INVALID_REQUEST", "cannot use room id: it is not 1-64 letters, digits, _ and -");
}

/** Throws INVALID_REQUEST for a room whose facts are out of bounds. */
export function checkRoom(room: Room): void {
  const refuse = (why: string): never => {
    throw new DialogueError("INVALID_REQUEST", `cannot define room ${room.id}: ${why}`);
  };
  if (typeof room.name !== "string" || room.name.length < 1 || room.name.length > 100)
    refuse("its name is not 1-100 characters");
  if (room.description !== undefined && (typeof room.description !== "string" || room.description.length > 500))
    refuse("its description is not at most 500 characters");
  if (room.maxSize !== undefined && !(Number.isInteger(room.maxSize) && room.maxSize > 0))
    refuse("its maxSize is not a positive integer");
  if (room.visibility !== "public" && room.visibility !== "private") refuse("its visibility is unknown");
  if (
    typeof room.syncHistoryOnJoin === "number" &&
    !(Number.isInteger(room.syncHistoryOnJoin) && room.syncHistoryOnJoin >= 0)
  )
    refuse("its syncHistoryOnJoin is neither a boolean nor a count");
  if (room.defaultSubscriptions?.some((name) => !room.events.has(name))) refuse("it subscribes to an event it has not");
}
