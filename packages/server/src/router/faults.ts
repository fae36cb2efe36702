import type { Report } from "@dialogue/core";
import { DialogueError, errorCodes, type Issue, type WireError } from "@dialogue/events";
import { TRPCError } from "@trpc/server";
import * as z from "zod";
import { dialogueCodes, trpcCodes } from "./error-codes.ts";

/** Turns whatever was thrown into what a client may see. */
export interface Faults {
  /** A fault (anything unexpected) is reported once, under the request id that its wire form bears. */
  toWire(error: unknown): WireError;
  /** The same refusal as tRPC knows it. */
  toTrpc(error: unknown): TRPCError;
}

export function createFaults(options: { readonly newId: () => string; readonly report: Report }): Faults {
  const { newId, report } = options;
  // One error passes here several times: in the procedure, and in the formatter of whatever adapter serves it.
  const known = new WeakMap<object, WireError>();
  const converted = new WeakSet<TRPCError>();

  function fault(error: unknown): WireError {
    const requestId = newId();
    report(error, `serve request ${requestId}`);
    return new DialogueError("INTERNAL", `cannot complete the request: a fault on the server, ${requestId}`).toWire();
  }

  function judge(error: unknown): WireError {
    if (error instanceof DialogueError) return error.code === "INTERNAL" ? fault(error) : error.toWire();
    if (!(error instanceof TRPCError)) return fault(error);
    if (error.cause instanceof DialogueError) return toWire(error.cause);
    if (error.cause instanceof z.core.$ZodError) return invalid(error.cause);
    if (error.code === "INTERNAL_SERVER_ERROR") return fault(error.cause ?? error);
    const code = dialogueCodes[error.code];
    return { code, message: error.message, retry: errorCodes[code].retry };
  }

  function toWire(error: unknown): WireError {
    if (typeof error !== "object" || error === null) return judge(error);
    const wire = known.get(error) ?? judge(error);
    known.set(error, wire);
    return wire;
  }

  function toTrpc(error: unknown): TRPCError {
    if (error instanceof TRPCError && (error.code !== "INTERNAL_SERVER_ERROR" || converted.has(error))) return error;
    const wire = toWire(error);
    const trpc = new TRPCError({ code: trpcCodes[wire.code], message: wire.message, cause: error });
    converted.add(trpc);
    known.set(trpc, wire);
    return trpc;
  }

  return { toWire, toTrpc };
}

const reportedIssues = 5;
const issueLength = 300;

function invalid(error: z.core.$ZodError): WireError {
  const issues = error.issues
    .slice(0, reportedIssues)
    .map((issue): Issue => ({ path: issue.path.map(String).join("."), message: issue.message.slice(0, issueLength) }));
  const [first] = issues;
  const why = first ? `${first.path === "" ? "" : `${first.path}: `}${first.message}` : "it is malformed";
  return new DialogueError("INVALID_REQUEST", `cannot accept the request: ${why}`, { issues }).toWire();
}
