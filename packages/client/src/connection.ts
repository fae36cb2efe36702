import type { DialogueError, Welcome } from "@dialogue/events";
import type { Call } from "./call.ts";
import { type Calls, createCalls } from "./calls.ts";
import { deadline } from "./clock.ts";
import { checkUser, isFinalCode, isFinalRefusal, lossOf, withReason } from "./connection-end.ts";
import type { ConnectionStatus } from "./connection-status.ts";
import { type Line, type LineOptions, type LineWatch, type Observer, openLine } from "./line.ts";
import { createLive, type Live } from "./live.ts";
import { nothing } from "./nothing.ts";
import { createPace } from "./pace.ts";
import { refusalOf } from "./refusal.ts";

/** What is told of a connection. */
export interface ConnectionWatch {
  /** Who this is by the credentials, before the server has seen them. */
  claimed(userId: string): void;
  /** At each welcome, the first and those after a reconnect. */
  connected(userId: string): void;
  /** The connection is lost and will be tried again. */
  lost(reason: DialogueError): void;
  /** It has ended: `disconnect` (without a reason), a final refusal, or nobody there at the first try. */
  ended(reason: DialogueError | undefined, wasConnected: boolean): void;
  report(error: unknown): void;
}

export interface ConnectionOptions extends Omit<LineOptions, "pace" | "openMs" | "WebSocket"> {
  /** Looked for at each connect, so that it can be missing until then. */
  readonly webSocket: () => typeof WebSocket;
  /** Whether `auth` can answer another token than last time. */
  readonly canRefresh: boolean;
  readonly connectMs: number;
  readonly callMs: number;
  readonly random: () => number;
}

/** The one connection of a client. */
export interface Connection extends Calls {
  readonly status: Live<ConnectionStatus>;
  /** The user as the server verified it; undefined before the first welcome. */
  readonly userId: string | undefined;
  connect(): Promise<void>;
  /** Disconnected from now on; the calls are made a last time before the socket is closed. */
  disconnect(farewell: readonly Call[]): Promise<void>;
  subscribe(path: string, input: unknown, observer: Observer): () => void;
  /** Tries again at once where a try is waited for: the network is back. */
  wake(): void;
}

const farewellMs = 1_000;
const welcomeCall: Call = { kind: "mutation", path: "connect", what: "connect", isRepeatable: true };

/** Makes a connection that stays down until `connect`. */
export function createConnection(options: ConnectionOptions, watch: ConnectionWatch): Connection {
  const { clock } = options;
  const status = createLive<ConnectionStatus>({ state: "disconnected" }, watch.report);
  const calls = createCalls({ ...options, status, line: () => line });
  let line: Line | undefined;
  let welcomed: Promise<void> | undefined;
  /** Whether this line was welcomed once; what fails before that fails `connect`. */
  let isGreeted = false;
  let greetings = 0;
  let userId: string | undefined;

  async function begin(): Promise<void> {
    const late = deadline(clock, options.connectMs, "connect");
    let mine = line;
    try {
      if (mine) mine.wake();
      else mine = line = start();
      await calls.whenConnected("connect", late.signal);
    } catch (error) {
      const refusal = withReason(refusalOf(error, "connect"), status.current().reason);
      // Given up meanwhile, it must not end the line of a later connect.
      if (line === mine && !isGreeted) end(refusal);
      throw refusal;
    } finally {
      late.cancel();
    }
  }

  function start(): Line {
    const Socket = options.webSocket();
    const pace = createPace(clock, options.random);
    // What a line tells after it was given up concerns nobody.
    const isCurrent = (): boolean => line === fresh;
    const lineWatch: LineWatch = {
      opened: () => void (isCurrent() && greet(fresh, pace.welcomed)),
      lost: (code, reason) => isCurrent() && lost(code, reason),
      waiting: (nextTryAt) => isCurrent() && waiting(nextTryAt),
      claimed: (claimedId) => isCurrent() && watch.claimed(claimedId),
      unauthenticated: (error) => isCurrent() && unauthenticated(error),
    };
    isGreeted = false;
    status.set({ state: "connecting" });
    const fresh = openLine({ ...options, WebSocket: Socket, openMs: options.connectMs, pace }, lineWatch);
    return fresh;
  }

  async function greet(current: Line, succeeded: () => void): Promise<void> {
    const mine = ++greetings;
    try {
      // The server's answer to `connect`, by its contract.
      const welcome = (await current.call(welcomeCall)) as Welcome;
      if (mine !== greetings) return;
      checkUser(welcome, current.claimedUserId);
      userId = welcome.user.id;
      isGreeted = true;
      succeeded();
      status.set({ state: "connected" });
      watch.connected(userId);
    } catch (error) {
      if (mine === greetings) refused(current, refusalOf(error, "connect"));
    }
  }

  function refused(current: Line, error: DialogueError): void {
    if (isFinalRefusal(error, isGreeted, options.canRefresh)) {
      end(error);
    } else {
      status.set({ state: "connecting", reason: error });
      current.drop();
    }
  }

  function waiting(nextTryAt: number | undefined): void {
    const { nextTryAt: _, ...rest } = status.current();
    status.set(nextTryAt === undefined ? rest : { ...rest, nextTryAt });
  }

  function unauthenticated(error: DialogueError): void {
    if (!isGreeted) {
      end(error);
    } else {
      watch.report(error);
      status.set({ state: "connecting", reason: error });
    }
  }

  function lost(code: number, closeReason: string): void {
    greetings++;
    const error = lossOf(code, closeReason);
    const { state, reason } = status.current();
    if (isFinalCode(code, options.canRefresh)) {
      end(error);
    } else if (state === "connected") {
      status.set({ state: "connecting", reason: error });
      watch.lost(error);
    } else {
      // What the server said before it closed tells more than that it closed.
      status.set({ ...status.current(), reason: reason ?? error });
    }
  }

  function end(reason: DialogueError | undefined): void {
    giveUp(reason)?.close();
  }

  /** From here on there is no line; the one there was is answered, to be closed. */
  function giveUp(reason: DialogueError | undefined): Line | undefined {
    const last = line;
    if (!last) return undefined;
    greetings++;
    line = undefined;
    welcomed = undefined;
    const wasConnected = status.current().state === "connected";
    status.set(reason ? { state: "disconnected", reason } : { state: "disconnected" });
    watch.ended(reason, wasConnected);
    // A first connect that fails has its own promise to say so.
    if (reason && isGreeted) watch.report(reason);
    return last;
  }

  async function disconnect(farewell: readonly Call[]): Promise<void> {
    const isConnected = status.current().state === "connected";
    const last = giveUp(undefined);
    if (last && isConnected) await sayAll(last, farewell);
    last?.close();
  }

  /** Nobody waits for long here, and what cannot be said the server finds out by itself. */
  async function sayAll(last: Line, farewell: readonly Call[]): Promise<void> {
    const late = deadline(clock, farewellMs, "disconnect");
    await Promise.allSettled(farewell.map((call) => last.call(call, late.signal)));
    late.cancel();
  }

  return {
    ...calls,
    status,
    get userId() {
      return userId;
    },
    connect() {
      if (welcomed) return welcomed;
      const mine = begin();
      const forget = (): void => {
        if (welcomed === mine) welcomed = undefined;
      };
      welcomed = mine;
      mine.then(forget, forget);
      return mine;
    },
    disconnect,
    subscribe: (path, input, observer) => line?.subscribe(path, input, observer) ?? nothing,
    wake: () => line?.wake(),
  };
}
