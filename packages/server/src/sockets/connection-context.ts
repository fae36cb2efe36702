import type { IncomingMessage } from "node:http";
import type { Cancel, Clock } from "@dialogue/core";
import { closeCodes } from "@dialogue/events";
import { type AnyTRPCRouter, TRPCError } from "@trpc/server";
import { parseConnectionParamsFromUnknown } from "@trpc/server/http";
import type { Served } from "../http/served.ts";
import type { Answers } from "./answers.ts";
import type { PacedSocket } from "./paced-socket.ts";

type ConnectionParams = ReturnType<typeof parseConnectionParamsFromUnknown>;

interface ContextParts {
  readonly socket: PacedSocket;
  readonly req: IncomingMessage;
  readonly createContext: Served<AnyTRPCRouter>["createContext"];
  readonly clock: Clock;
  readonly awaitsParams: boolean;
  readonly paramsMs: number;
}

/** The one context of a connection: made at once, or of the connectionParams that its first message brings. */
export class ConnectionContext {
  private readonly answers: Answers;
  /** What the context is made of; kept no longer than that takes. */
  private source: ContextParts | undefined;
  private ended: AbortController | undefined;
  private hasEnded = false;
  private making: Promise<unknown> | undefined;
  private cancelWait: Cancel | undefined;

  constructor(answers: Answers, source: ContextParts) {
    this.answers = answers;
    this.source = source;
    const { awaitsParams, paramsMs, clock, socket } = source;
    if (!awaitsParams) this.make(() => null);
    else
      this.cancelWait = clock.after(paramsMs, () => socket.close(closeCodes.AUTH_TIMEOUT, "no connectionParams came"));
  }

  /** Whether the next message must bring connectionParams. */
  get isAwaited(): boolean {
    return this.making === undefined;
  }

  /** Makes the context of a message. */
  take(text: string): void {
    this.cancelWait?.();
    this.make(() => paramsIn(text));
  }

  /** Resolves with the context; rejects with why there is none. */
  async get(): Promise<unknown> {
    return this.making;
  }

  end(): void {
    this.hasEnded = true;
    this.cancelWait?.();
    this.ended?.abort();
  }

  private make(paramsOf: () => ConnectionParams): void {
    const { source } = this;
    if (!source) return;
    this.source = undefined;
    this.cancelWait = undefined;
    this.making = this.create(paramsOf, source);
    // Each call awaits it by itself; there may be none.
    this.making.catch((cause: unknown) => this.refuse(cause, source.socket));
  }

  private async create(
    paramsOf: () => ConnectionParams,
    { req, socket, createContext }: ContextParts,
  ): Promise<unknown> {
    const connectionParams = paramsOf();
    const info = new ConnectionInfo(connectionParams, () => this.signal());
    const context = await createContext({ req, res: socket, info });
    this.answers.ctx = context;
    return context;
  }

  private signal(): AbortSignal {
    this.ended ??= new AbortController();
    if (this.hasEnded) this.ended.abort();
    return this.ended.signal;
  }

  private refuse(cause: unknown, socket: PacedSocket): void {
    this.answers.refuse(this.answers.note(cause));
    // Once the calls that wait for it have their answers.
    setImmediate(() => socket.close());
  }
}

/** What tRPC says of a connection. Most contexts never look at the signal, which takes more memory than all else here. */
class ConnectionInfo {
  readonly connectionParams: ConnectionParams;
  readonly calls: never[] = [];
  readonly isBatchCall = false;
  readonly accept = null;
  readonly type = "unknown";
  readonly url = null;
  readonly #signal: () => AbortSignal;

  constructor(connectionParams: ConnectionParams, signal: () => AbortSignal) {
    this.connectionParams = connectionParams;
    this.#signal = signal;
  }

  get signal(): AbortSignal {
    return this.#signal();
  }
}

function paramsIn(text: string): ConnectionParams {
  let message: unknown;
  try {
    message = JSON.parse(text);
    if (typeof message !== "object" || message === null || Array.isArray(message))
      throw new Error("Message was not an object");
  } catch (cause) {
    throw new TRPCError({ code: "PARSE_ERROR", message: "Malformed TRPCConnectionParamsMessage", cause });
  }
  return parseConnectionParamsFromUnknown("data" in message ? message.data : undefined);
}
