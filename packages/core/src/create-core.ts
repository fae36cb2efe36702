import { DialogueError, type PublicUser, type RoomInfo } from "@dialogue/events";
import type { Action } from "./access.ts";
import { createAccessWatch } from "./access-watch.ts";
import { createAuthority, roomNotFound } from "./authority.ts";
import { createConsumers } from "./consumers/consumers.ts";
import type { Caller, Core, CoreOptions } from "./core.ts";
import { createLease } from "./ephemeral/lease.ts";
import { createPresence } from "./ephemeral/presence.ts";
import { createRoomNews } from "./ephemeral/room-news.ts";
import { createSignals } from "./ephemeral/signals.ts";
import { createTyping } from "./ephemeral/typing.ts";
import { readHistory } from "./history.ts";
import { createHookRunner } from "./hook-runner.ts";
import { checkIdentity, publicUser } from "./identity.ts";
import { createHub } from "./log/hub.ts";
import type { News } from "./ports/backplane.ts";
import type { Room } from "./rooms/room.ts";
import { createRoomDirectory } from "./rooms/room-directory.ts";
import { createRooms } from "./rooms/rooms.ts";
import { createAdmission } from "./sessions/admission.ts";
import { createAttendances } from "./sessions/attendances.ts";
import type { LocalSession } from "./sessions/local-session.ts";
import { createSessions } from "./sessions/sessions.ts";
import { createSubscriptions } from "./subscriptions.ts";
import { createWithin } from "./time-limit.ts";
import { createTokenBuckets } from "./token-bucket.ts";
import { createCommit } from "./trigger/commit.ts";
import { createEmit } from "./trigger/emit.ts";
import { createEventListeners } from "./trigger/event-listeners.ts";
import { createTrigger } from "./trigger/trigger.ts";

/** Makes a node. Nothing is reached before `start`. Throws INVALID_REQUEST for rooms that cannot be. */
export function createCore(options: CoreOptions): Core {
  const { log, backplane, presence: store, clock, newId, random, limits, report } = options;
  const given = options.hooks ?? {};
  const nodeId = newId();
  let isStopping = false;

  const within = createWithin(clock);
  const hooks = createHookRunner({ within, hookMs: limits.hookMs, report });
  const calls = createTokenBuckets(clock, limits.callsPerUser);
  const hub = createHub({ log: log.events, backplane, clock, random, limits, report });
  const news = createRoomNews({ backplane, clock, report, listener: { hear, suspect } });
  const common = { nodeId, clock, newId, within, limits, report, hooks, given, news, hub };

  const directory = createRoomDirectory({
    rooms: options.rooms,
    events: options.events ?? [],
    store: log.rooms,
    report,
  });
  const authority = createAuthority({ directory, store: log.rooms, can: options.can, hooks, report });
  const { stillAllows } = authority;
  const typing = createTyping({ ...common, typingMs: limits.typingMs });
  const signals = createSignals(common);
  const presence = createPresence({ ...common, ...limits, store });
  const ephemeral = { typing, signals, presence };

  const clients = given.clients ?? {};
  const admission = createAdmission({ authority, presence, hooks, beforeJoin: clients.beforeJoin });
  const attendances = createAttendances({ ...common, ...ephemeral, store, clients });
  const sessions = createSessions({ ...common, attendances, join: joinAs });
  const { reassert } = attendances;
  const lease = createLease({ ...common, ...limits, store, reassert });

  const listeners = createEventListeners({ directory, hooks, afterEach: given.events?.afterEach });
  const commit = createCommit({ ...common, log: log.events, typing, listeners });
  const emit = createEmit({ ...common, ...ephemeral, listeners, localOf, userOf });
  const triggered = { beforeEach: given.events?.beforeEach, calls, commit, emit };
  const trigger = createTrigger({ ...common, ...triggered, authorise: authoriseTrigger });
  const subscriptions = createSubscriptions({ ...common, ...ephemeral, authorise, stillAllows, localOf, attendances });
  const { attached } = subscriptions;
  const watch = createAccessWatch({ ...common, attached, attendances, stillAllows, gone, directory, log: log.events });
  const consumers = createConsumers({ ...common, store: log.rooms });
  const rooms = createRooms({
    ...common,
    directory,
    authority,
    store: log.rooms,
    log: log.events,
    checkCaller,
    roomInfo: admission.roomInfo,
    attendees: presence.attendees,
    changed(roomId) {
      watch.recheck(roomId);
      news.publish(roomId, { type: "access" });
    },
    gone(roomId) {
      gone(roomId);
      news.publish(roomId, { type: "deleted" });
    },
    given: given.rooms ?? {},
  });

  function hear(roomId: string, told: News): void {
    if (told.type === "typing") typing.hear(roomId, told.sessionId, told.user, told.isTyping);
    else if (told.type === "signal") signals.hear(told.envelope);
    else if (told.type === "presence") presence.refresh(roomId);
    else if (told.type === "access") watch.recheck(roomId);
    else if (told.type === "deleted") gone(roomId);
    else if (told.type === "bell" && told.event) typing.hearEvent(roomId, told.event.from);
  }

  function suspect(roomId: string): void {
    presence.refresh(roomId);
    watch.recheck(roomId);
  }

  /** Ends what stands on this node in a room that does not. */
  function gone(roomId: string): void {
    hub.end(roomId, roomNotFound(roomId));
    for (const subscription of [...attached])
      if (subscription.roomId === roomId) subscription.end(roomNotFound(roomId));
    typing.clearRoom(roomId);
    for (const session of attendances.inRoom(roomId)) leaveLater(session, roomId);
  }

  function leaveLater(session: LocalSession, roomId: string): void {
    attendances.leave(session, roomId).catch((error: unknown) => report(error, `leave room ${roomId}`));
  }

  function checkServing(): void {
    if (isStopping) throw new DialogueError("UNAVAILABLE", "cannot serve: the server is stopping");
  }

  /** What every caller is judged by, whatever the call. */
  function checkStanding(caller: Caller): void {
    checkServing();
    checkIdentity(caller.user, clock);
    if (caller.session && !localOf(caller))
      throw new DialogueError("UNAVAILABLE", "cannot serve the call: its session has ended");
  }

  function checkCaller(caller: Caller, doing: string): void {
    checkStanding(caller);
    calls.take(caller.user.id, doing);
  }

  function localOf(caller: Caller): LocalSession | undefined {
    const session = caller.session && sessions.local(caller.session);
    return session?.user.id === caller.user.id ? session : undefined;
  }

  function userOf(userId: string): PublicUser {
    const [session] = sessions.list(userId);
    return publicUser(session?.user ?? { id: userId });
  }

  function find(caller: Caller | undefined, roomId: string): Promise<Room> {
    return within(limits.portMs, `find room ${roomId}`, authority.find(caller?.user, roomId));
  }

  /** The room, once the caller may do that there: as one who attends, or who might come in. */
  async function authorise(caller: Caller, roomId: string, action: Action): Promise<Room> {
    checkStanding(caller);
    const room = await find(caller, roomId);
    const session = localOf(caller);
    const attends = session !== undefined && attendances.attends(session, roomId);
    if (!attends) await admission.admitVisitor(caller.user, room);
    if (attends || action !== "join") await authority.require(caller.user, action, room);
    return room;
  }

  function authoriseTrigger(caller: Caller | undefined, roomId: string): Promise<Room> {
    checkServing();
    return caller ? authorise(caller, roomId, "trigger") : find(undefined, roomId);
  }

  async function joinAs(session: LocalSession, roomId: string): Promise<RoomInfo> {
    checkServing();
    const room = await find({ user: session.user }, roomId);
    if (!attendances.attends(session, roomId)) await admission.admit(session.user, room);
    await attendances.join(session, room);
    // A right that ended in the meantime was nobody's to end yet.
    if (room.visibility === "private" && !(await stillAllows(session.user, "join", roomId))) {
      await attendances.leave(session, roomId);
      throw roomNotFound(roomId);
    }
    return admission.roomInfo(room);
  }

  async function leaveAs(session: LocalSession, roomId: string): Promise<void> {
    for (const subscription of [...session.subscriptions]) if (subscription.roomId === roomId) subscription.end();
    await attendances.leave(session, roomId);
  }

  function sessionOf(caller: Caller, doing: string): LocalSession {
    const session = localOf(caller);
    if (!session) throw new DialogueError("INVALID_REQUEST", `cannot ${doing}: the call has no session`);
    return session;
  }

  return {
    nodeId,
    rooms,
    messages: subscriptions.messages,
    typing: subscriptions.typing,
    presence: subscriptions.presence,
    signals: subscriptions.signals,
    on: listeners.on,
    consume: consumers.consume,
    trigger,
    session: sessions.find,
    sessions: sessions.list,
    async start() {
      await lease.start();
      for (const room of await directory.list()) await grantOwner(room);
      watch.start();
      consumers.start();
    },
    async stop() {
      if (isStopping) return;
      isStopping = true;
      await consumers.stop();
      watch.close();
      await sessions.endAll();
      await hub.close();
      for (const subscription of [...attached]) subscription.end();
      await lease.stop();
      news.close();
      await hooks.settled();
    },
    connect(user, link, sessionId) {
      checkServing();
      return sessions.connect(user, link, sessionId);
    },
    async join(caller, roomId) {
      checkCaller(caller, `join room ${roomId}`);
      return joinAs(sessionOf(caller, `join room ${roomId}`), roomId);
    },
    async leave(caller, roomId) {
      checkStanding(caller);
      await leaveAs(sessionOf(caller, `leave room ${roomId}`), roomId);
    },
    async history(caller, roomId, query) {
      checkServing();
      if (caller) checkCaller(caller, `read the history of room ${roomId}`);
      const room = await (caller ? authorise(caller, roomId, "history") : find(undefined, roomId));
      return within(
        limits.portMs,
        `read the history of room ${room.id}`,
        readHistory(log.events, room.id, query, limits),
      );
    },
  };

  /** A configured private room's owner is its first member, as whoever makes one is. */
  async function grantOwner({ id, isConfigured, visibility, createdById }: Room): Promise<void> {
    if (!isConfigured || visibility === "public" || createdById === undefined) return;
    if (await log.rooms.membership(id, createdById)) return;
    await log.rooms.grant(id, { userId: createdById, role: "owner" });
  }
}
