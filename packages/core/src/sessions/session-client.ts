import { type RoomInfo, reportFloating } from "@dialogue/events";
import type { User } from "../access.ts";
import type { Session } from "../core.ts";
import type { Report } from "../logger.ts";
import type { LocalSession } from "./local-session.ts";
import type { Stay } from "./stay.ts";

/** What never changes in a session. */
export interface SessionFacts {
  readonly id: string;
  readonly isFirst: boolean;
  readonly ready: Promise<void>;
}

/** What all sessions of a node share. */
export interface SessionActs {
  readonly stay: Stay;
  readonly end: (session: LocalSession) => void;
  readonly report: Report;
}

type Room = string | { readonly id: string };

/** What hooks and callers hold of a session. A class: closures and accessors of each one's own are a third of what a session takes. */
export class SessionClient implements Session {
  readonly id: string;
  readonly isFirst: boolean;
  readonly ready: Promise<void>;
  readonly #acts: SessionActs;
  #self: LocalSession | undefined;

  constructor({ id, isFirst, ready }: SessionFacts, acts: SessionActs) {
    this.id = id;
    this.isFirst = isFirst;
    this.ready = ready;
    this.#acts = acts;
  }

  /** To be called once, before anybody holds it. */
  standFor(session: LocalSession): void {
    this.#self = session;
  }

  get userId(): string {
    return this.#session.user.id;
  }

  get user(): User {
    return this.#session.user;
  }

  get resumed(): boolean {
    return this.#session.isResumed;
  }

  join(room: Room): Promise<RoomInfo> {
    const { stay, report } = this.#acts;
    const roomId = idOf(room);
    return reportFloating(stay.join(this.#session, roomId), (error) => report(error, `join room ${roomId}`));
  }

  leave(room: Room): Promise<void> {
    return this.#acts.stay.leave(this.#session, idOf(room));
  }

  rooms(): readonly string[] {
    return [...this.#session.attends.keys()];
  }

  disconnect(): void {
    this.#acts.end(this.#session);
  }

  get #session(): LocalSession {
    if (!this.#self) throw new Error("the session was never begun");
    return this.#self;
  }
}

function idOf(room: Room): string {
  return typeof room === "string" ? room : room.id;
}
