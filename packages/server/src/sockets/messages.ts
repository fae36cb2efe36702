import { DialogueError, type Limits } from "@dialogue/events";
import { type AnyTRPCRouter, TRPCError } from "@trpc/server";
import { parseTRPCMessage, type TRPCClientOutgoingMessage } from "@trpc/server/rpc";
import type { Call } from "./call.ts";
import { whyRefused } from "./message-guard.ts";

/** Who is to be answered. */
export type Caller = Pick<Call, "id" | "jsonrpc">;

/** What a message of a client asks for. */
export type Asked =
  | { readonly type: "call"; readonly call: Call }
  | { readonly type: "stop"; readonly id: number | string }
  /** Something no client sends, answered by an error: to its call where it names one. */
  | { readonly type: "fault"; readonly error: unknown; readonly caller: Caller | undefined }
  /** A frame of too many calls, none of which is looked into. */
  | { readonly type: "overfull"; readonly error: unknown; readonly callers: readonly Caller[] };

/** What may stand around an event's data: its input, and what a transformer puts around that. */
const levelsAround = 2;

/** Reads a frame of at most `most` messages. Throws PARSE_ERROR when it is none of tRPC's; then nothing in it counts. */
export function readFrame(
  text: string,
  { router, limits, most }: { readonly router: AnyTRPCRouter; readonly limits: Limits; readonly most: number },
): readonly Asked[] {
  const { transformer } = router._def._config;
  try {
    const json: unknown = JSON.parse(text);
    const list: readonly unknown[] = Array.isArray(json) ? json : [json];
    if (list.length === 0) throw new Error("no message in the frame");
    if (list.length > most) return [overfull(list, most)];
    return list.map((raw, index) => {
      const why = whyRefused(inputOf(raw), limits.jsonDepth + levelsAround);
      return why === undefined ? askedBy(parseTRPCMessage(raw, transformer), index) : guarded(raw, why);
    });
  } catch (cause) {
    throw new TRPCError({ code: "PARSE_ERROR", cause });
  }
}

function inputOf(raw: unknown): unknown {
  if (typeof raw !== "object" || raw === null || !("params" in raw)) return undefined;
  const { params } = raw;
  return typeof params === "object" && params !== null && "input" in params ? params.input : undefined;
}

function askedBy(message: TRPCClientOutgoingMessage, batchIndex: number): Asked {
  const { id, jsonrpc } = message;
  if (id === null) {
    const error = new TRPCError({ code: "PARSE_ERROR", message: "`id` is required" });
    return { type: "fault", error, caller: undefined };
  }
  if (message.method === "subscription.stop") return { type: "stop", id };
  const { path, input, lastEventId } = message.params;
  const call = { id, jsonrpc, type: message.method, path, input: resumed(input, lastEventId), batchIndex };
  return { type: "call", call };
}

/** tRPC's own way to tell a procedure where a client was: in its input, where that has room for it. */
function resumed(input: unknown, lastEventId: string | undefined): unknown {
  if (lastEventId === undefined) return input;
  if (typeof input === "object" && input !== null && !Array.isArray(input)) return { ...input, lastEventId };
  return input ?? { lastEventId };
}

function guarded(raw: unknown, why: string): Asked {
  const [caller] = callersAmong([raw]);
  return { type: "fault", error: new DialogueError("INVALID_REQUEST", `cannot accept the message: ${why}`), caller };
}

function overfull(list: readonly unknown[], most: number): Asked {
  const error = new DialogueError(
    "RATE_LIMITED",
    `cannot serve a frame of ${list.length} messages: more than ${most} at once`,
  );
  return { type: "overfull", error, callers: callersAmong(list) };
}

function callersAmong(list: readonly unknown[]): readonly Caller[] {
  return list.flatMap((raw) => {
    if (typeof raw !== "object" || raw === null || !("id" in raw)) return [];
    if ("method" in raw && raw.method === "subscription.stop") return [];
    const { id } = raw;
    const jsonrpc = "jsonrpc" in raw && raw.jsonrpc === "2.0" ? "2.0" : undefined;
    return typeof id === "string" || typeof id === "number" ? [{ id, jsonrpc }] : [];
  });
}
