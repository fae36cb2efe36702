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
import { type Attached, type AttachedByRoom, createAttachedByRoom } from "./attached.ts";
import { roomNotFound } from "./authority.ts";
import type { Caller, Core } from "./core.ts";
import type { Presence } from "./ephemeral/presence.ts";
import type { Signals } from "./ephemeral/signals.ts";
import type { Typing } from "./ephemeral/typing.ts";
import type { Hub } from "./log/hub.ts";
import type { Detach, Frame, Sink, Source } from "./log/sink.ts";
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

interface Subscribing<Data> {
  readonly user: User;
  readonly session: LocalSession | undefined;
  readonly room: Room;
  readonly action: Action;
  readonly isOfLog: boolean;
  readonly open: (sink: Sink<Data>) => Detach;
}

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { authorise, stillAllows, localOf, attendances, hub, typing, presence, signals, limits, report } = options;
  const attached = createAttachedByRoom();

  function attach<Data>(subscribing: Subscribing<Data>, sink: Sink<Data>): Detach {
    const { user, session, room, action, open } = subscribing;
    const cleanups: Detach[] = [];
    let isOver = false;

    function finish(): boolean {
      if (isOver) return false;
      isOver = true;
      attached.delete(subscription);
      session?.subscriptions.delete(subscription);
      for (const cleanup of cleanups) cleanup();
      return true;
    }

    function end(error?: DialogueError): void {
      if (!finish()) return;
      try {
        sink.end(error);
      } catch (thrown) {
        report(thrown, `end a subscription to room ${room.id}`);
      }
    }

    function write(frame: Frame<Data>): boolean {
      try {
        return sink.write(frame);
      } catch (error) {
        fail(error);
        return false;
      }
    }

    function fail(error: unknown): void {
      report(error, `serve a subscription to room ${room.id}`);
      end(new DialogueError("INTERNAL", `cannot serve room ${room.id}: the subscription failed`, { cause: error }));
    }

    /** Keeps what must be undone; undoes it at once when the subscription is over by now. */
    function keep(cleanup: Detach): void {
      if (isOver) cleanup();
      else cleanups.push(cleanup);
    }

    async function begin(): Promise<void> {
      refuseTooMany(session, room.id, 1);
      if (session) keep(await attendances.hold(session, room));
      // A right that ended while the session entered was nobody's to end yet.
      if (room.visibility === "private" && !(await stillAllows(user, action, room.id))) throw roomNotFound(room.id);
      if (isOver) return;
      keep(open({ write, onWritable: (wake) => sink.onWritable(wake), end }));
    }

    const subscription: Attached = { user, roomId: room.id, action, end };
    if (!subscribing.isOfLog) attached.add(subscription);
    session?.subscriptions.add(subscription);
    begin().catch((error: unknown) => {
      if (error instanceof DialogueError) end(error);
      else fail(error);
    });
    return finish;
  }

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
    return { attach: (sink) => attach(subscribing, sink) };
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
