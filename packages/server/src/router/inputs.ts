import { type JsonObject, type Limits, parseCursor, roomIdPattern } from "@dialogue/events";
import * as z from "zod";

const roomId = z.string().regex(roomIdPattern, "a room id is 1-64 letters, digits, _ and -");
const cursor = z
  .string()
  .max(32)
  .refine((value) => parseCursor(value) !== undefined, "not a cursor");
const eventName = z.string().min(1).max(64);
const eventNames = z.array(eventName).max(1000);
const name = z.string().min(1).max(200);
const description = z.string().max(2000);
const maxSize = z.int().min(1);
// Core looks inside, level by level; a schema for nested JSON would recurse as deep as a client likes.
const jsonObject = z.custom<JsonObject>(isObject, "not an object");

/** A call about one room. */
export const roomInput = z.object({ roomId });

/** Which room to follow; tRPC adds `lastEventId` when a client comes back. */
export const ephemeralInput = z.object({ roomId, lastEventId: z.string().max(64).nullish() });

/** Which room to follow, and from where. */
export const messagesInput = z.object({ roomId, cursor: cursor.exactOptional(), lastEventId: cursor.nullish() });

/** Everything about a trigger but the fit of the event to its room and of the data to its schema, which core judges. */
export const triggerInput = z.object({
  roomId,
  event: eventName,
  data: z.unknown(),
  id: z.uuid().exactOptional(),
  meta: jsonObject.exactOptional(),
});

/** Which page of a room's log. */
export function historyInput(limits: Limits) {
  return z
    .object({
      roomId,
      before: cursor.exactOptional(),
      after: cursor.exactOptional(),
      around: z.uuid().exactOptional(),
      limit: z.int().min(1).max(limits.pageSize).exactOptional(),
      events: eventNames.exactOptional(),
    })
    .refine(
      ({ before, after, around }) => [before, after, around].filter((place) => place !== undefined).length <= 1,
      "at most one of before, after and around",
    );
}

/** A room to make. Its events are named; the application defines them. */
export const createRoomInput = z.object({
  id: roomId,
  name,
  description: description.exactOptional(),
  events: eventNames.exactOptional(),
  defaultSubscriptions: eventNames.exactOptional(),
  maxSize: maxSize.exactOptional(),
  syncHistoryOnJoin: z.union([z.boolean(), z.int().min(0).max(1000)]).exactOptional(),
  visibility: z.enum(["public", "private"]).exactOptional(),
  metadata: jsonObject.exactOptional(),
});

/** What to change in a room. */
export const updateRoomInput = z.object({
  roomId,
  name: name.exactOptional(),
  description: description.exactOptional(),
  maxSize: maxSize.exactOptional(),
  metadata: jsonObject.exactOptional(),
});

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
