import {
  DialogueError,
  type Limits,
  type MessagesFrame,
  type PresenceFrame,
  parseCursor,
  type SignalFrame,
  type TypingFrame,
} from "@dialogue/events";
import type { Action, User } from "./access.ts";
import { type AttachedByRoom, createAttachedByRoom } from "./attached.ts";
import { Attachment, type Subscribing } from "./attachment.ts";
import type { Caller, Core } from "./core.ts";
import type { Presence } from "./ephemeral/presence.ts";
import type { Signals } from "./ephemeral/signals.ts";
import type { Typing } from "./ephemeral/typing.ts";
import type { Hub } from "./log/hub.ts";
import type { Sink, Source } from "./log/sink.ts";
import type { Start } from "./log/start.ts";
import type { Report } from "./logger.ts";
import type { Room } from "./rooms/room.ts";
import type { Attendances } from "./sessions/attendances.ts";
import type { LocalSession } from "./sessions/local-session.ts";

/** The four subscriptions of a node. */
export interface Subscriptions extends Pick<Core, "messages" | "typing" | "presence" | "signals"> {
  readonly attached: AttachedByRoom;
}

export interface SubscriptionsOptions {
  /** The room, once the caller may subscribe to it. */
  readonly authorise: (caller: Caller, roomId: string, action: Action) => Promise<Room>;
  readonly stillAllows: (user: User, action: Action, roomId: string) => Promise<boolean>;
  readonly localOf: (caller: Caller) => LocalSession | undefined;
  readonly attendances: Attendances;
  readonly hub: Hub;
  readonly typing: Typing;
  readonly presence: Presence;
  readonly signals: Signals;
  readonly limits: Limits;
  readonly report: Report;
}

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { authorise, stillAllows, localOf, attendances, hub, typing, presence, signals, limits, report } = options;
  const attached = createAttachedByRoom();
  const parts = { attendances, attached, stillAllows, refuseTooMany, report };

  async function subscribe<Data>(
    caller: Caller,
    roomId: string,
    action: Action,
    open: (room: Room) => Subscribing<Data>["open"],
    isOfLog = false,
  ): Promise<Source<Data>> {
    const session = localOf(caller);
    refuseTooMany(session, roomId);
    const room = await authorise(caller, roomId, action);
    const subscribing = { user: caller.user, session, room, action, isOfLog, open: open(room) };
    return {
      attach(sink) {
        const attachment = new Attachment(subscribing, sink, parts);
        attachment.start();
        return () => attachment.detach();
      },
    };
  }

  function refuseTooMany(session: LocalSession | undefined, roomId: string, own = 0): void {
    if (session && session.subscriptions.size - own >= limits.subscriptionsPerSession)
      throw new DialogueError(
        "RATE_LIMITED",
        `cannot subscribe to room ${roomId}: the session has too many subscriptions`,
      );
  }

  return {
    attached,
    async messages(caller, roomId, from) {
      const cursor = from.lastEventId ?? from.cursor;
      if (cursor !== undefined && !parseCursor(cursor)) throw malformedCursor(roomId);
      const allowed = (): Promise<boolean> => stillAllows(caller.user, "join", roomId);
      const open = (room: Room) => (sink: Sink<MessagesFrame>) =>
        hub.subscribe(roomId, cursor === undefined ? startOf(room) : { from: "cursor", cursor }, sink, allowed);
      return subscribe(caller, roomId, "join", open, true);
    },
    typing: (caller, roomId) =>
      subscribe<TypingFrame>(caller, roomId, "typing", () => (sink) => typing.attach(roomId, sink)),
    presence: (caller, roomId) =>
      subscribe<PresenceFrame>(caller, roomId, "presence", () => (sink) => presence.attach(roomId, sink)),
    signals: (caller, roomId) =>
      subscribe<SignalFrame>(caller, roomId, "join", () => (sink) => signals.attach(roomId, sink)),
  };
}

/** Where a first subscription begins: the count is over all default subscriptions together. */
function startOf({ syncHistoryOnJoin: sync, defaultSubscriptions }: Room): Start {
  if (sync === true) return { from: "floor" };
  if (!sync) return { from: "head" };
  if (!defaultSubscriptions) return { from: "last", count: sync };
  return { from: "last", count: sync, events: defaultSubscriptions };
}

function malformedCursor(roomId: string): DialogueError {
  return new DialogueError("INVALID_REQUEST", `cannot subscribe to room ${roomId}: the cursor is malformed`);
}
