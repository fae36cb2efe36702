import type { IncomingMessage } from "node:http";
import type { Cancel, Clock } from "@dialogue/core";
import { closeCodes } from "@dialogue/events";
import { type AnyTRPCRouter, TRPCError } from "@trpc/server";
import { parseConnectionParamsFromUnknown } from "@trpc/server/http";
import type { Served } from "../http/served.ts";
import type { Answers } from "./answers.ts";
import type { PacedSocket } from "./paced-socket.ts";

type ConnectionParams = ReturnType<typeof parseConnectionParamsFromUnknown>;

const paramsWaitMs = 10_000;

/** The one context of a connection: made at once, or of the connectionParams that its first message brings. */
export class ConnectionContext {
  private readonly options: {
    readonly socket: PacedSocket;
    readonly req: IncomingMessage;
    readonly answers: Answers;
    readonly createContext: Served<AnyTRPCRouter>["createContext"];
    readonly clock: Clock;
    readonly awaitsParams: boolean;
  };
  private readonly ended = new AbortController();
  private making: Promise<unknown> | undefined;
  private cancelWait: Cancel | undefined;

  constructor(options: ConnectionContext["options"]) {
    this.options = options;
    const { awaitsParams, clock, socket } = options;
    if (!awaitsParams) this.make(() => null);
    else
      this.cancelWait = clock.after(paramsWaitMs, () =>
        socket.close(closeCodes.AUTH_TIMEOUT, "no connectionParams came"),
      );
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
    this.cancelWait?.();
    this.ended.abort();
  }

  private make(paramsOf: () => ConnectionParams): void {
    this.making = this.create(paramsOf);
    // Each call awaits it by itself; there may be none.
    this.making.catch((cause: unknown) => this.refuse(cause));
  }

  private async create(paramsOf: () => ConnectionParams): Promise<unknown> {
    const { req, socket, answers, createContext } = this.options;
    const connectionParams = paramsOf();
    const { signal } = this.ended;
    const context = await createContext({
      req,
      res: socket,
      info: { connectionParams, calls: [], isBatchCall: false, accept: null, type: "unknown", signal, url: null },
    });
    answers.ctx = context;
    return context;
  }

  private refuse(cause: unknown): void {
    const { answers, socket } = this.options;
    answers.refuse(answers.note(cause));
    // Once the calls that wait for it have their answers.
    setImmediate(() => socket.close());
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
