import { closeCodes, DialogueError, type Limits } from "@dialogue/events";
import type { User } from "../access.ts";
import type { Clock } from "../clock.ts";
import type { Link, Session } from "../core.ts";
import type { HookRunner } from "../hook-runner.ts";
import type { Hooks } from "../hooks.ts";
import { checkIdentity } from "../identity.ts";
import type { Report } from "../logger.ts";
import type { Attendances } from "./attendances.ts";
import { closeAtExpiry } from "./link-expiry.ts";
import type { LocalSession } from "./local-session.ts";
import { SessionClient } from "./session-client.ts";
import type { Stay } from "./stay.ts";

/** The sessions of this node. */
export interface Sessions {
  connect(user: User, link: Link, sessionId?: string): { readonly session: Session; readonly unlink: () => void };
  /** The session behind what a caller holds; undefined once it has ended. */
  local(session: Session): LocalSession | undefined;
  find(userId: string, sessionId: string): Session | undefined;
  list(userId?: string): readonly Session[];
  /** Ends all of them, and resolves when their hooks have ended. */
  endAll(): Promise<void>;
}

export interface SessionsOptions {
  readonly nodeId: string;
  readonly attendances: Attendances;
  readonly stay: Stay;
  readonly hooks: HookRunner;
  readonly given: Hooks;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly limits: Limits;
  readonly report: Report;
}

const sessionIdPattern = /^[A-Za-z0-9_-]{16,64}$/;

export function createSessions(options: SessionsOptions): Sessions {
  const { attendances, stay, hooks, given, clock, limits, report } = options;
  const sessions = new Map<string, LocalSession>();
  const byUser = new Map<string, Set<LocalSession>>();
  const acts = { stay, report, end: revoke };

  function of(userId: string): readonly LocalSession[] {
    return [...(byUser.get(userId) ?? [])];
  }

  function held(user: User, sessionId: string | undefined): LocalSession | undefined {
    const session = sessionId === undefined ? undefined : sessions.get(sessionId);
    return session?.user.id === user.id ? session : undefined;
  }

  /** A reload leaves a held session behind: those make room before anyone is refused. */
  function makeRoom(user: User): void {
    const mine = of(user.id);
    if (mine.length < limits.sessionsPerUser) return;
    const oldest = mine.find((session) => session.links.size === 0);
    if (!oldest) throw new DialogueError("RATE_LIMITED", "cannot connect: the user has too many sessions");
    endLater(oldest, closeCodes.CONNECTION_LIMIT, "another session took its place");
  }

  function begin(user: User, sessionId: string | undefined): LocalSession {
    makeRoom(user);
    const isFree = sessionId !== undefined && sessionIdPattern.test(sessionId) && !sessions.has(sessionId);
    const id = isFree ? sessionId : options.newId();
    const session = newSession(id, user, of(user.id).length === 0);
    sessions.set(id, session);
    byUser.set(user.id, (byUser.get(user.id) ?? new Set()).add(session));
    return session;
  }

  function newSession(id: string, user: User, isFirst: boolean): LocalSession {
    let markReady: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => {
      markReady = resolve;
    });
    const client = new SessionClient({ id, isFirst, ready }, acts);
    const session: LocalSession = {
      key: `${options.nodeId}.${id}.${options.newId()}`,
      client,
      user,
      links: new Set(),
      attends: new Map(),
      entering: 0,
      goings: new Set(),
      subscriptions: new Set(),
      lingering: [],
      grace: undefined,
      isResumed: false,
      hasEnded: false,
    };
    client.standFor(session);
    void greet(session).then(markReady);
    return session;
  }

  async function greet({ client }: LocalSession): Promise<void> {
    // After connect has returned, so that its caller knows the session before its hooks act.
    await undefined;
    await hooks.tell("run onConnected", () => given.clients?.onConnected?.(client));
  }

  function resume(session: LocalSession, user: User): void {
    session.grace?.();
    session.grace = undefined;
    session.isResumed = true;
    const isRenamed = session.user.name !== user.name;
    session.user = user;
    if (isRenamed) attendances.rename(session);
    if (session.lingering.length > 0) session.grace = clock.after(limits.graceMs, () => releaseLingering(session));
  }

  function releaseLingering(session: LocalSession): void {
    for (const release of session.lingering.splice(0)) release();
  }

  function open(session: LocalSession, user: User, link: Link): () => void {
    session.links.add(link);
    const stopExpiry = closeAtExpiry(user, { close: (code, reason) => close(link, code, reason) }, clock);
    const connection = { user, sessionId: session.client.id };
    void hooks.tell("run onConnect", () => given.socket?.onConnect?.(connection));
    return () => {
      if (!session.links.delete(link)) return;
      stopExpiry();
      void hooks.tell("run onDisconnect", () => given.socket?.onDisconnect?.(connection));
      if (session.links.size > 0 || session.hasEnded) return;
      session.grace?.();
      session.grace = clock.after(limits.graceMs, () => endLater(session, closeCodes.DRAIN, "the client is away"));
    };
  }

  async function end(session: LocalSession, code: number, reason: string): Promise<void> {
    if (session.hasEnded) return;
    session.hasEnded = true;
    session.grace?.();
    sessions.delete(session.client.id);
    const mine = byUser.get(session.user.id);
    mine?.delete(session);
    if (mine?.size === 0) byUser.delete(session.user.id);
    for (const subscription of [...session.subscriptions]) subscription.end();
    for (const link of [...session.links]) close(link, code, reason);
    await session.client.ready;
    await attendances.leaveAll(session);
    await hooks.tell("run onDisconnected", () => given.clients?.onDisconnected?.(session.client));
  }

  function close(link: Link, code: number, reason: string): void {
    try {
      link.close(code, reason);
    } catch (error) {
      report(error, "close a link");
    }
  }

  function endLater(session: LocalSession, code: number, reason: string): void {
    end(session, code, reason).catch((error: unknown) => report(error, "end a session"));
  }

  function revoke(session: LocalSession): void {
    endLater(session, closeCodes.REVOKED, "the server ended the session");
  }

  return {
    connect(user, link, sessionId) {
      checkIdentity(user, clock);
      const known = held(user, sessionId);
      const session = known ?? begin(user, sessionId);
      if (known) resume(known, user);
      return { session: session.client, unlink: open(session, user, link) };
    },
    local(session) {
      const known = sessions.get(session.id);
      return known?.client === session ? known : undefined;
    },
    find: (userId, sessionId) => {
      const session = sessions.get(sessionId);
      return session?.user.id === userId ? session.client : undefined;
    },
    list: (userId) => (userId === undefined ? [...sessions.values()] : of(userId)).map((session) => session.client),
    async endAll() {
      await Promise.all([...sessions.values()].map((session) => end(session, closeCodes.DRAIN, "the server stops")));
    },
  };
}
