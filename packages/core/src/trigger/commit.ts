import { DialogueError, type Envelope, type Limits } from "@dialogue/events";
import type { RoomNews } from "../ephemeral/room-news.ts";
import type { Typing } from "../ephemeral/typing.ts";
import { envelopeOf } from "../log/envelope.ts";
import type { Hub } from "../log/hub.ts";
import type { Report } from "../logger.ts";
import type { Bell } from "../ports/backplane.ts";
import type { Appended, Draft, EventLog, StoredEvent } from "../ports/event-log.ts";
import type { Within } from "../time-limit.ts";
import type { Accepted } from "./accepted.ts";
import type { EventListeners } from "./event-listeners.ts";

/** As much of a proposal as tells a resend. */
export type Proposed = Pick<Accepted, "room" | "id" | "from" | "hash">;

/** Makes events true, and tells of them. */
export interface Commit {
  /** The event that stands under that id already: the answer to a resend. Rejects with CONFLICT when it is another one. */
  standing(proposed: Proposed): Promise<Envelope | undefined>;
  /** Appends. Rejects with CONFLICT, and with TIMEOUT when it is not known whether it took effect. */
  append(accepted: Accepted): Promise<Envelope>;
}

export function createCommit(options: {
  readonly log: Pick<EventLog, "append" | "find">;
  readonly hub: Hub;
  readonly news: RoomNews;
  readonly typing: Typing;
  readonly listeners: EventListeners;
  readonly within: Within;
  readonly limits: Limits;
  readonly report: Report;
  /** When to tell of what was appended. Default: at once. */
  readonly later?: (tell: () => void) => void;
}): Commit {
  const { log, hub, news, typing, listeners, within, limits, report, later = (run) => run() } = options;

  function tell(appended: Appended & { readonly status: "appended" }, parsed: unknown): void {
    const { event, previousTag } = appended;
    const bell: Bell = { type: "bell", seq: event.seq, tag: event.tag, previousTag, event };
    hub.ring(event.roomId, bell);
    news.publish(event.roomId, bell);
    typing.clearUser(event.roomId, event.from);
    listeners.tell(envelopeOf(event), parsed);
  }

  /** Nothing that happens from here on may say that the event is not true. */
  function tellSafely(appended: Appended & { readonly status: "appended" }, parsed: unknown): void {
    try {
      tell(appended, parsed);
    } catch (error) {
      report(error, `tell of event ${appended.event.id} of room ${appended.event.roomId}`);
    }
  }

  async function appendAndTell(accepted: Accepted): Promise<Appended> {
    const [appended] = await log.append([draftOf(accepted)]);
    if (!appended)
      throw new DialogueError("INTERNAL", `cannot append to room ${accepted.room.id}: the log did not answer`);
    // Also when nobody waits any more: late or not, the event is true.
    if (appended.status === "appended") later(() => tellSafely(appended, accepted.parsed));
    return appended;
  }

  return {
    async standing(proposed) {
      const { id, room } = proposed;
      const found = await within(limits.portMs, `find event ${id}`, log.find(room.id, id));
      if (!found) return undefined;
      if (!isSame(found, proposed)) throw conflict(proposed);
      return envelopeOf(found);
    },
    async append(accepted) {
      const appended = await within(limits.portMs, `append to room ${accepted.room.id}`, appendAndTell(accepted));
      if (appended.status === "conflict") throw conflict(accepted);
      return envelopeOf(appended.event);
    },
  };
}

function draftOf({ room, id, event, data, from, meta, hash }: Accepted): Draft {
  const draft = { roomId: room.id, id, event: event.name, version: event.version, data, from, hash };
  return meta === undefined ? draft : { ...draft, meta };
}

function isSame(found: StoredEvent, { hash, from }: Proposed): boolean {
  return found.hash === hash && found.from === from;
}

function conflict({ id, room }: Proposed): DialogueError {
  return new DialogueError("CONFLICT", `cannot append event ${id} to room ${room.id}: another one bears that id`);
}
