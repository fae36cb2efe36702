import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Cancel, Clock } from "@dialogue/core";
import { closeCodes, DialogueError, type Limits } from "@dialogue/events";
import { type AnyTRPCRouter, getTRPCErrorFromUnknown, TRPCError } from "@trpc/server";
import type { Served } from "../http/served.ts";
import type { Faults } from "../router/faults.ts";
import type { Answers } from "./answers.ts";
import { type Call, callProcedure } from "./call.ts";
import { ConnectionContext } from "./connection-context.ts";
import type { FrameBytes } from "./frame-bytes.ts";
import { KeepAlive, type Peer } from "./keep-alive.ts";
import { type Asked, type Caller, readFrame } from "./messages.ts";
import type { Outlet } from "./outlet.ts";
import type { PacedSocket } from "./paced-socket.ts";
import { Strikes } from "./strikes.ts";
import { abortOnce, isStream, type Serving, serveSubscription } from "./subscription.ts";
import { textFrame } from "./text-frame.ts";

/** What all connections to one router share. */
export interface Shared {
  readonly served: Served<AnyTRPCRouter>;
  readonly frames: FrameBytes;
  readonly faults: Faults;
  readonly limits: Limits;
  readonly clock: Clock;
  /** Messages that one frame may hold. */
  readonly batchMost: number;
}

/** What is one connection's own. */
export interface Connected {
  readonly socket: PacedSocket;
  readonly outlet: Outlet;
  readonly answers: Answers;
}

/** How a connection came about: of use until its context is made. */
export interface Arrival {
  /** What the socket was made of. */
  readonly raw: Duplex;
  readonly req: IncomingMessage;
  /** Whether its first message brings connectionParams. */
  readonly awaitsParams: boolean;
}

/** "Unsupported data", of the WebSocket protocol itself. */
const unsupportedData = 1003;
/** How much the age at which a socket is closed varies, so that those that came at once do not go at once. */
const ageJitter = 0.2;

const ping = textFrame("PING");
const pong = textFrame("PONG");

/** One client's socket, in tRPC's protocol. */
export class Connection implements Serving, Peer {
  readonly shared: Shared;
  readonly answers: Answers;
  readonly outlet: Outlet;
  private readonly socket: PacedSocket;
  private readonly subscriptions = new Map<number | string, AbortController>();
  private readonly context: ConnectionContext;
  private readonly keepAlive: KeepAlive;
  private readonly faulty: Strikes;
  private readonly overfull: Strikes;
  private readonly refused: Strikes;
  private callsUnderWay = 0;
  /** When something was last asked for, in monotonic milliseconds. */
  private usedAt: number;
  private readonly endsAt: number;
  /** A message has ended since bytes last came. */
  private hasHeardAll = false;
  private cancelUnfinished: Cancel | undefined;

  constructor(shared: Shared, connected: Connected, arrival: Arrival) {
    const { served, limits, clock } = shared;
    const { socket, answers, outlet } = connected;
    this.shared = shared;
    this.answers = answers;
    this.outlet = outlet;
    this.socket = socket;
    this.faulty = new Strikes(limits.faultsPerMinute);
    this.overfull = new Strikes(limits.overfullPerMinute);
    this.refused = new Strikes(limits.refusalsPerMinute);
    this.usedAt = clock.elapsed();
    this.endsAt = this.usedAt + limits.socketAgeMs * (1 + ageJitter * (Math.random() - 0.5));
    answers.limited = () => this.limited();
    this.keepAlive = new KeepAlive(this, clock, limits);
    socket.on("message", (data, isBinary) => this.hear(data.toString(), isBinary));
    socket.on("error", (error) => void answers.note(error));
    socket.once("close", () => this.end());
    const whole = () => this.hearAll();
    socket.on("ping", whole);
    socket.on("pong", whole);
    // After the socket's own listener, which has made messages of the bytes by then.
    arrival.raw.on("data", () => this.mindUnfinished());
    const { paramsMs } = limits;
    const { createContext } = served;
    this.context = new ConnectionContext(answers, { socket, ...arrival, clock, paramsMs, createContext });
  }

  /** Resolves with the context of the connection; rejects with why there is none. */
  made(): Promise<unknown> {
    return this.context.get();
  }

  /** Asks for a sign of life. */
  ask(): void {
    this.outlet.post(ping);
  }

  /** There was none. */
  lose(): void {
    this.socket.terminate();
  }

  review(): void {
    const { clock, limits } = this.shared;
    const now = clock.elapsed();
    if (now >= this.endsAt) this.socket.close(closeCodes.DRAIN, "the socket is old");
    const isInUse = this.subscriptions.size > 0 || this.callsUnderWay > 0;
    if (!isInUse && now - this.usedAt >= limits.idleMs)
      this.socket.close(closeCodes.DRAIN, "nothing is subscribed to and nothing asked for");
  }

  private hearAll(): void {
    this.hasHeardAll = true;
    this.cancelUnfinished?.();
    this.cancelUnfinished = undefined;
  }

  /** Bytes came: what they begin must end in time. */
  private mindUnfinished(): void {
    if (!this.hasHeardAll && this.answers.isOpen) {
      const { clock, limits } = this.shared;
      const giveUp = () => this.socket.close(closeCodes.SLOW, "a message takes too long");
      this.cancelUnfinished ??= clock.after(limits.messageMs, giveUp);
    }
    this.hasHeardAll = false;
  }

  private limited(): void {
    if (this.refused.add(this.shared.clock)) this.socket.close(closeCodes.OVERLOAD, "too many calls are refused");
  }

  private hear(text: string, isBinary: boolean): void {
    const { socket, outlet, answers } = this;
    this.hearAll();
    if (!answers.isOpen) return;
    this.keepAlive.hear();
    if (isBinary) return socket.close(unsupportedData, "only text is understood");
    if (text === "PONG") return;
    // After whatever waits: a client that moves to another socket takes it for the end of what was sent before.
    if (text === "PING") return outlet.post(pong);
    if (this.context.isAwaited) return this.context.take(text);
    this.usedAt = this.shared.clock.elapsed();
    for (const asked of this.read(text)) this.take(asked);
  }

  private read(text: string): readonly Asked[] {
    const { served, limits, batchMost } = this.shared;
    try {
      return readFrame(text, { router: served.router, limits, most: batchMost });
    } catch (cause) {
      this.answers.refuse(cause);
      this.strike();
      return [];
    }
  }

  /** Something came that no client sends. */
  private strike(): void {
    if (this.faulty.add(this.shared.clock)) this.socket.close(closeCodes.PROTOCOL_ERRORS, "too many faulty messages");
  }

  private take(asked: Asked): void {
    switch (asked.type) {
      case "call":
        return this.serve(asked.call);
      case "stop": {
        const controller = this.subscriptions.get(asked.id);
        if (controller) abortOnce(controller);
        return;
      }
      case "fault":
        this.refuse(asked.error, asked.caller ? [asked.caller] : []);
        return this.strike();
      case "overfull":
        this.refuse(asked.error, asked.callers);
        if (this.overfull.add(this.shared.clock)) this.socket.close(closeCodes.OVERLOAD, "too many messages at once");
        return;
    }
  }

  private refuse(error: unknown, callers: readonly Caller[]): void {
    const { answers } = this;
    const cause = answers.note(error instanceof DialogueError ? this.shared.faults.toTrpc(error) : error);
    if (callers.length === 0) answers.refuse(cause);
    for (const caller of callers) answers.refuse(cause, caller);
  }

  private serve(call: Call): void {
    if (call.type === "subscription") this.subscribe(call);
    else if (this.callsUnderWay < this.shared.limits.callsPerSocket) this.answer(call).catch(this.unforeseen);
    else this.limit(call, `the socket has ${this.callsUnderWay} calls under way`);
  }

  private subscribe(call: Call): void {
    const { id } = call;
    const { answers } = this;
    if (this.subscriptions.has(id)) {
      const error = new TRPCError({ code: "BAD_REQUEST", message: `Duplicate id ${id}` });
      return answers.failSurely(call, error);
    }
    if (this.subscriptions.size >= this.shared.limits.subscriptionsPerSession)
      return this.limit(call, "the socket has too many subscriptions");
    const controller = new AbortController();
    const release = () => {
      if (!answers.isOpen) abortOnce(controller);
      this.subscriptions.delete(id);
      this.usedAt = this.shared.clock.elapsed();
    };
    this.subscriptions.set(id, controller);
    serveSubscription(this, call, { controller, release }).catch(this.unforeseen);
  }

  private limit(call: Call, why: string): void {
    const refusal = new DialogueError("RATE_LIMITED", `cannot serve ${call.type} ${call.path.slice(0, 64)}: ${why}`);
    this.answers.failSurely(call, this.shared.faults.toTrpc(refusal));
  }

  private async answer(call: Call): Promise<void> {
    const { answers } = this;
    this.callsUnderWay++;
    try {
      const ctx = await this.made();
      const { signal } = new AbortController();
      const data = await callProcedure(this.shared.served.router, call, { ctx, signal });
      if (isStream(data))
        throw new TRPCError({
          code: "UNSUPPORTED_MEDIA_TYPE",
          message: `Cannot return an async iterable or observable from a ${call.type} procedure with WebSockets`,
        });
      answers.respond(call, { result: { type: "data", data } });
    } catch (cause) {
      answers.failSurely(call, cause);
    } finally {
      this.callsUnderWay--;
    }
  }

  private end(): void {
    this.keepAlive.end();
    this.cancelUnfinished?.();
    this.outlet.end();
    for (const controller of this.subscriptions.values()) abortOnce(controller);
    this.subscriptions.clear();
    this.context.end();
  }

  private readonly unforeseen = (error: unknown): void => {
    this.answers.note(getTRPCErrorFromUnknown(error));
  };
}
