import { DialogueError, type PublicUser } from "@dialogue/events";
import { createAccessWatch } from "./access-watch.ts";
import { createAuthority } from "./authority.ts";
import { createCallers } from "./callers.ts";
import { createConsumers } from "./consumers/consumers.ts";
import type { Caller, Core, CoreOptions } from "./core.ts";
import { createLease } from "./ephemeral/lease.ts";
import { createPresence } from "./ephemeral/presence.ts";
import { createRoomNews } from "./ephemeral/room-news.ts";
import { createSignals } from "./ephemeral/signals.ts";
import { createTyping } from "./ephemeral/typing.ts";
import { createReading } from "./evolution/reading.ts";
import { todaysAppends, todaysLog } from "./evolution/todays-log.ts";
import { createHearing } from "./hearing.ts";
import { readHistory } from "./history.ts";
import { createHookRunner } from "./hook-runner.ts";
import { publicUser } from "./identity.ts";
import { createHub } from "./log/hub.ts";
import { createRedaction } from "./retention/redaction.ts";
import { createRetention } from "./retention/retention.ts";
import { createUserEvents } from "./retention/user-events.ts";
import type { Room } from "./rooms/room.ts";
import { createRoomDirectory } from "./rooms/room-directory.ts";
import { createRooms } from "./rooms/rooms.ts";
import { createAdmission } from "./sessions/admission.ts";
import { createAttendances } from "./sessions/attendances.ts";
import { createSessions } from "./sessions/sessions.ts";
import { createStay } from "./sessions/stay.ts";
import { createSubscriptions } from "./subscriptions.ts";
import { createWithin } from "./time-limit.ts";
import { createTokenBuckets } from "./token-bucket.ts";
import { createCommit } from "./trigger/commit.ts";
import { createDeletions } from "./trigger/deletions.ts";
import { createEmit } from "./trigger/emit.ts";
import { createEventListeners } from "./trigger/event-listeners.ts";
import { createTransact } from "./trigger/transact.ts";
import { createTrigger } from "./trigger/trigger.ts";

/** Makes a node. Nothing is reached before `start`. Throws INVALID_REQUEST for rooms that cannot be. */
export function createCore(options: CoreOptions): Core {
  const { log, backplane, presence: store, clock, newId, random, sha256, limits, report } = options;
  const given = options.hooks ?? {};
  const nodeId = newId();
  let stopped: Promise<void> | undefined;
  let hasStopped = false;

  const within = createWithin(clock);
  const hooks = createHookRunner({ within, hookMs: limits.hookMs, report });
  const calls = createTokenBuckets(clock, limits.callsPerUser);
  const directory = createRoomDirectory({
    rooms: options.rooms,
    events: options.events ?? [],
    store: log.rooms,
    report,
  });
  const reading = createReading({
    definitionOf: directory.definitionOf,
    within,
    limits,
    logger: options.logger,
    report,
  });
  const events = todaysLog(log.events, reading);
  const hub = createHub({ log: events, backplane, clock, random, limits, report, isToday: reading.isToday });
  const news = createRoomNews({ backplane, clock, report, listener: () => hearing });
  const common = { nodeId, clock, newId, sha256, within, limits, report, hooks, given, news, hub };

  const authority = createAuthority({ ...common, ...limits, directory, store: log.rooms, can: options.can });
  const { stillAllows } = authority;
  const typing = createTyping({ ...common, typingMs: limits.typingMs });
  const signals = createSignals(common);
  const presence = createPresence({ ...common, ...limits, store, verify: (...seen) => attendances.verify(...seen) });
  const ephemeral = { typing, signals, presence };

  const clients = given.clients ?? {};
  const admission = createAdmission({ authority, presence, hooks, beforeJoin: clients.beforeJoin?.bind(clients) });
  const attendances = createAttendances({ ...common, ...ephemeral, store, clients });
  const stay = createStay({ authority, admission, attendances });
  const sessions = createSessions({ ...common, attendances, stay });
  const callers = createCallers({ clock, sessions, authority, admission, attendances, calls, checkServing });
  const { authorise, localOf } = callers;
  const { reassert } = attendances;
  const lease = createLease({ ...common, ...limits, store, reassert });

  const listeners = createEventListeners({ directory, hooks, afterEach: given.events?.afterEach?.bind(given.events) });
  const commit = createCommit({ ...common, log: events, typing, listeners });
  const emit = createEmit({ ...common, ...ephemeral, listeners, localOf, userOf });
  const deletions = createDeletions();
  const triggered = {
    deletions,
    takeBack,
    beforeEach: given.events?.beforeEach?.bind(given.events),
    calls,
    commit,
    emit,
  };
  const trigger = createTrigger({ ...common, ...triggered, authorise: authoriseTrigger });
  const transaction = createTransact({
    ...common,
    ...limits,
    log,
    directory,
    checkOpen,
    triggerWith: ({ authorise: find, log: inside, later }) =>
      createTrigger({
        ...common,
        ...triggered,
        authorise: find,
        commit: createCommit({ ...common, log: todaysAppends(inside, reading), typing, listeners, later }),
        emit: (accepted, caller) => emit(accepted, caller, later),
        // The transaction takes back all that was done in it.
        takeBack: async () => undefined,
      }),
  });
  const subscriptions = createSubscriptions({ ...common, ...ephemeral, authorise, stillAllows, localOf, attendances });
  const { attached } = subscriptions;
  const watch = createAccessWatch({
    ...common,
    attached,
    attendances,
    deletions,
    stay,
    stillAllows,
    typing,
    directory,
    log: log.events,
  });
  const hearing = createHearing({ nodeId, ...ephemeral, watch });
  const consumers = createConsumers({ ...common, store: log.rooms });
  const redaction = createRedaction({ ...common, log: log.events });
  const retention = createRetention({
    ...common,
    events: options.events ?? [],
    directory,
    log: log.events,
    store: log.rooms,
    redaction,
    random,
    logger: options.logger,
  });
  const userEvents = createUserEvents({ ...common, log: events, redaction });
  const rooms = createRooms({
    ...common,
    directory,
    authority,
    store: log.rooms,
    log: log.events,
    checkCaller: callers.count,
    roomInfo: admission.roomInfo,
    attendees: presence.attendees,
    changed(roomId) {
      watch.recheck(roomId);
      news.publish(roomId, { type: "access" });
    },
    gone(roomId) {
      watch.gone(roomId);
      news.publish(roomId, { type: "deleted" });
    },
    given: given.rooms ?? {},
  });

  function checkServing(): void {
    if (stopped !== undefined) throw new DialogueError("UNAVAILABLE", "cannot serve: the server is stopping");
  }

  // The hooks of a node that stops still have their say.
  function checkOpen(): void {
    if (hasStopped) checkServing();
  }

  // That event alone: the room may be made anew at any moment, and whoever makes it empties what was left of the last.
  async function takeBack(roomId: string, id: string): Promise<void> {
    await redaction.redact(roomId, id);
  }

  function userOf(userId: string): PublicUser {
    const [session] = sessions.list(userId);
    return publicUser(session?.user ?? { id: userId });
  }

  async function authoriseTrigger(caller: Caller | undefined, roomId: string): Promise<Room> {
    if (caller) return authorise(caller, roomId, "trigger");
    checkOpen();
    return authority.find(undefined, roomId);
  }

  async function stop(): Promise<void> {
    await Promise.all([consumers.stop(), retention.stop()]);
    watch.close();
    await sessions.endAll();
    await hub.close();
    for (const subscription of [...attached]) subscription.end();
    await lease.stop();
    await hooks.settled();
    news.close();
    hasStopped = true;
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
    transaction,
    session: sessions.find,
    sessions: sessions.list,
    async start() {
      await lease.start();
      for (const room of await directory.list()) await grantOwner(room);
      watch.start();
      consumers.start();
      retention.start();
    },
    stop() {
      stopped ??= stop();
      return stopped;
    },
    connect(user, link, sessionId) {
      checkServing();
      return sessions.connect(user, link, sessionId);
    },
    async join(caller, roomId) {
      callers.count(caller, `join room ${roomId}`);
      return stay.join(callers.sessionOf(caller, `join room ${roomId}`), roomId);
    },
    async leave(caller, roomId) {
      callers.check(caller);
      await stay.leave(callers.sessionOf(caller, `leave room ${roomId}`), roomId);
    },
    async redact(roomId, id) {
      checkOpen();
      const room = await authority.find(undefined, roomId);
      return redaction.redact(room.id, id);
    },
    async eraseUser(userId) {
      checkOpen();
      return userEvents.erase(userId);
    },
    exportUser: userEvents.export,
    metrics: () => ({ retention: retention.metrics() }),
    async history(caller, roomId, query) {
      if (caller) callers.count(caller, `read the history of room ${roomId}`);
      const room = await (caller ? authorise(caller, roomId, "history") : authority.find(undefined, roomId));
      const page = readHistory(events, room.id, query, limits);
      return within(limits.portMs, `read the history of room ${room.id}`, page);
    },
  };

  /** A configured private room's owner is its first member, as whoever makes one is. */
  async function grantOwner({ id, isConfigured, visibility, createdById }: Room): Promise<void> {
    if (!isConfigured || visibility === "public" || createdById === undefined) return;
    if (await log.rooms.membership(id, createdById)) return;
    await log.rooms.grant(id, { userId: createdById, role: "owner" });
  }
}
