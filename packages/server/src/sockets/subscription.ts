import type { Limits } from "@dialogue/events";
import { type AnyTRPCRouter, getTRPCErrorFromUnknown, isTrackedEnvelope, TRPCError } from "@trpc/server";
import { isObservable, observableToAsyncIterable } from "@trpc/server/observable";
import type { Faults } from "../router/faults.ts";
import type { Answers } from "./answers.ts";
import { type Call, callProcedure } from "./call.ts";
import { type FrameBytes, headOf } from "./frame-bytes.ts";
import type { Outlet } from "./outlet.ts";
import { discard, isAbortError, pull } from "./pulled.ts";
import { push, sourceOf } from "./pushed.ts";

/** What one connection gives to each call over it. */
export interface Serving {
  readonly shared: {
    readonly served: { readonly router: AnyTRPCRouter };
    readonly frames: FrameBytes;
    readonly faults: Pick<Faults, "toTrpc">;
    readonly limits: Limits;
  };
  readonly answers: Answers;
  readonly outlet: Outlet;
  /** Resolves with the context of the connection; rejects with why there is none. */
  made(): Promise<unknown>;
}

/** Aborts once: each abort makes an error with a stack, even of a signal that is aborted. */
export function abortOnce(controller: AbortController): void {
  if (!controller.signal.aborted) controller.abort();
}

/** Whether a procedure answered something that goes on. */
export function isStream(value: unknown): value is AsyncIterable<unknown> {
  return isObservable(value) || (typeof value === "object" && value !== null && Symbol.asyncIterator in value);
}

/** Serves a subscription from its call to its end, and releases its id before the client may use it again. Never rejects. */
export async function serveSubscription(
  serving: Serving,
  call: Call,
  { controller, release }: { readonly controller: AbortController; readonly release: () => void },
): Promise<void> {
  const { answers } = serving;
  try {
    await follow(serving, call, controller).finally(release);
  } catch (cause) {
    const error = getTRPCErrorFromUnknown(cause);
    const isStopped = controller.signal.aborted && error.code === "INTERNAL_SERVER_ERROR" && isAbortError(error.cause);
    if (!isStopped) return answers.failSurely(call, error);
  }
  answers.respond(call, { result: { type: "stopped" } });
}

async function follow(serving: Serving, call: Call, controller: AbortController): Promise<void> {
  const { answers } = serving;
  const { router } = serving.shared.served;
  const { signal } = controller;
  const ctx = await serving.made();
  if (signal.aborted || !answers.isOpen) return;
  const answer = await callProcedure(router, call, { ctx, signal });
  if (!isStream(answer))
    throw new TRPCError({
      code: "INTERNAL_SERVER_ERROR",
      message: `Subscription ${call.path} did not return an observable or a AsyncGenerator`,
    });
  if (!answers.isOpen) abortOnce(controller);
  // To convert an observable is to subscribe to it.
  if (!answers.isOpen && isObservable(answer)) return;
  const stream = isObservable(answer) ? observableToAsyncIterable(answer, signal) : answer;
  if (signal.aborted) {
    await discard(stream).catch((error: unknown) => answers.note(error, call));
    return;
  }
  answers.respond(call, { result: { type: "started" } });
  try {
    await deliver(serving, { call, stream, controller });
  } catch (cause) {
    abortOnce(controller);
    answers.fail(call, cause);
  }
}

async function deliver(
  serving: Serving,
  subscribed: { readonly call: Call; readonly stream: AsyncIterable<unknown>; readonly controller: AbortController },
): Promise<void> {
  const { call, stream, controller } = subscribed;
  const { answers, outlet, shared } = serving;
  const { signal } = controller;
  const abort = () => abortOnce(controller);
  const source = sourceOf(stream);
  if (!source) {
    const note = (error: unknown) => void answers.note(error, call);
    return pull(stream, { signal, abort, note, emit: (value) => emit(serving, { call, value, signal }) });
  }
  try {
    const { frames, limits } = shared;
    await push(source, { outlet, frames, limits, head: headOf(call), signal });
  } catch (refusal) {
    throw shared.faults.toTrpc(refusal);
  } finally {
    // Whatever made the stream hears of its end by the signal alone.
    abort();
  }
}

function emit(
  { answers, outlet, shared: { limits } }: Serving,
  { call, value, signal }: { readonly call: Call; readonly value: unknown; readonly signal: AbortSignal },
): Promise<void> | undefined {
  answers.respond(call, { result: resultOf(value) });
  if (outlet.isOpen && outlet.buffered < limits.sendPauseBytes) return undefined;
  return new Promise((resolve) => {
    const goOn = () => {
      signal.removeEventListener("abort", goOn);
      resolve();
    };
    if (signal.aborted) return goOn();
    // On a closing socket it is the abort that ends the wait: an iterable that never waits itself would block the process.
    outlet.hold(limits.sendPauseBytes / 2, goOn);
    signal.addEventListener("abort", goOn);
  });
}

function resultOf(value: unknown) {
  if (!isTrackedEnvelope(value)) return { type: "data", data: value } as const;
  const [id, data] = value;
  return { type: "data", data: { id, data }, id } as const;
}
