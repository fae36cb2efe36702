import { DialogueError, type Limits } from "@dialogue/events";
import type { RoomDraft } from "../core.ts";
import type { StoredRoom } from "../ports/room-store.ts";
import { metadataJson } from "../trigger/stored-form.ts";
import { checkRoom, checkRoomId } from "./room.ts";
import { everyEvent, type RoomDirectory } from "./room-directory.ts";

/** The room that a draft asks for. Throws INVALID_REQUEST, PAYLOAD_TOO_LARGE or VALIDATION_FAILED for one that cannot be. */
export function storedRoom(draft: RoomDraft, directory: RoomDirectory, limits: Limits): StoredRoom {
  checkRoomId(draft.id);
  const metadata = metadataJson(draft.metadata, limits);
  const stored: StoredRoom = {
    id: draft.id,
    name: draft.name,
    events: eventNames(draft, directory),
    visibility: draft.visibility ?? "public",
    ...(draft.description === undefined ? {} : { description: draft.description }),
    ...(draft.defaultSubscriptions === undefined ? {} : { defaultSubscriptions: draft.defaultSubscriptions }),
    ...(draft.maxSize === undefined ? {} : { maxSize: draft.maxSize }),
    ...(draft.syncHistoryOnJoin === undefined ? {} : { syncHistoryOnJoin: draft.syncHistoryOnJoin }),
    ...(draft.createdById === undefined ? {} : { createdById: draft.createdById }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  const room = directory.resolve(stored);
  checkRoom({ ...room, ...(draft.defaultSubscriptions && { defaultSubscriptions: draft.defaultSubscriptions }) });
  return stored;
}

/** Kept by name: a definition that is not the application's own could not be found again. */
function eventNames(draft: RoomDraft, directory: RoomDirectory): readonly string[] {
  if (!draft.events) return [everyEvent];
  for (const event of draft.events)
    if (directory.event(event.name)?.schema !== event.schema)
      throw new DialogueError(
        "INVALID_REQUEST",
        `cannot create room ${draft.id}: the application does not define its event ${event.name}`,
      );
  return [...new Set(draft.events.map((event) => event.name))];
}
