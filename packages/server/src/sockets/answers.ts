import type { IncomingMessage } from "node:http";
import {
  type AnyTRPCRouter,
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
  type TRPCError,
  type TRPCErrorShape,
  transformTRPCResponse,
} from "@trpc/server";
import type { BaseHandlerOptions } from "@trpc/server/http";
import { TRPC_ERROR_CODES_BY_KEY, type TRPCResponseMessage, type TRPCResultMessage } from "@trpc/server/rpc";
import type { Call } from "./call.ts";
import type { Outlet } from "./outlet.ts";
import { textFrame } from "./text-frame.ts";

type TrpcOnError = NonNullable<BaseHandlerOptions<AnyTRPCRouter, IncomingMessage>["onError"]>;
type Failure = Omit<Parameters<TrpcOnError>[0], "req">;

/** Told of every error that a client is answered; as tRPC's adapters have it, but for the request, which no socket keeps. */
export type OnError = (failure: Failure) => void;

/** Where a message to a client belongs: to one call, or to none. */
export type Addressee = Pick<Call, "id" | "jsonrpc"> | { readonly id: null; readonly jsonrpc?: undefined };

type Body = { readonly result: TRPCResultMessage<unknown>["result"] } | { readonly error: TRPCErrorShape };

/** What is left to say when an error cannot be put in its own words. */
const unspeakable: TRPCErrorShape = {
  code: TRPC_ERROR_CODES_BY_KEY.INTERNAL_SERVER_ERROR,
  message: "Internal server error",
  data: { code: "INTERNAL_SERVER_ERROR", httpStatus: 500 },
};

const nobody = { id: null } as const;

/** What one socket's client is told. */
export class Answers {
  /** The context of the socket, once it is made. */
  ctx: unknown;
  /** Told of each call that is answered with TOO_MANY_REQUESTS. */
  limited: (() => void) | undefined;
  private readonly router: AnyTRPCRouter;
  private readonly outlet: Outlet;
  private readonly onError: OnError;
  private readonly report: (error: unknown, doing: string) => void;

  constructor(options: {
    readonly router: AnyTRPCRouter;
    readonly outlet: Outlet;
    readonly onError: OnError;
    readonly report: (error: unknown, doing: string) => void;
  }) {
    this.router = options.router;
    this.outlet = options.outlet;
    this.onError = options.onError;
    this.report = options.report;
  }

  get isOpen(): boolean {
    return this.outlet.isOpen;
  }

  /** Throws what the transformer or JSON throws. */
  respond({ id, jsonrpc }: Addressee, body: Body): void {
    if (!this.isOpen) return;
    const message: TRPCResponseMessage = { id, ...(jsonrpc === undefined ? {} : { jsonrpc }), ...body };
    this.outlet.post(textFrame(JSON.stringify(transformTRPCResponse(this.router._def._config, message))));
  }

  /** Tells `onError`, and nobody else. */
  note(cause: unknown, call?: Call): TRPCError {
    const error = getTRPCErrorFromUnknown(cause);
    const broken = (failure: unknown) => this.report(failure, "tell onError of an error");
    try {
      const told: unknown = this.onError(this.failureOf(error, call));
      if (told instanceof Promise) told.catch(broken);
    } catch (failure) {
      broken(failure);
    }
    return error;
  }

  /** Answers a call with an error. Throws when that cannot be encoded. */
  fail(call: Call, cause: unknown): void {
    const error = this.note(cause, call);
    this.respond(call, { error: this.shapeOf(error, call) });
    if (error.code === "TOO_MANY_REQUESTS") this.limited?.();
  }

  /** Answers a call with an error, in whatever form can be encoded. */
  failSurely(call: Call, cause: unknown): void {
    try {
      this.fail(call, cause);
    } catch (failure) {
      this.note(failure, call);
      this.sayUnspeakable(call);
    }
  }

  /** Answers a message that is no call, or several at once, by one error. Does not throw. */
  refuse(cause: unknown, to: Addressee = nobody): void {
    try {
      this.respond(to, { error: this.shapeOf(getTRPCErrorFromUnknown(cause)) });
    } catch (failure) {
      this.note(failure);
      this.sayUnspeakable(to);
    }
  }

  private sayUnspeakable(to: Addressee): void {
    try {
      this.respond(to, { error: unspeakable });
    } catch (failure) {
      this.report(failure, "encode any answer at all");
    }
  }

  private failureOf(error: TRPCError, call: Call | undefined): Failure {
    const { path, type = "unknown", input } = call ?? {};
    return { error, path, type, input, ctx: this.ctx };
  }

  private shapeOf(error: TRPCError, call?: Call): TRPCErrorShape {
    const { path, type = "unknown", input } = call ?? {};
    try {
      return getTRPCErrorShape({ config: this.router._def._config, error, path, type, input, ctx: this.ctx });
    } catch (failure) {
      this.note(failure, call);
      return unspeakable;
    }
  }
}
