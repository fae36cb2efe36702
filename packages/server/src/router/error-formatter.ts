import type { WireError } from "@dialogue/events";
import type { TRPCDefaultErrorData, TRPCDefaultErrorShape, TRPCError, TRPCErrorShape } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import type { Faults } from "./faults.ts";

/** What `error.data` holds in a client of a Dialogue. */
export type DialogueErrorData = Omit<TRPCDefaultErrorData, "stack"> & { readonly dialogue: WireError };

/** The shape of every error of a Dialogue's router. */
export type DialogueErrorShape = TRPCErrorShape<DialogueErrorData>;

/** Give it to your own `initTRPC.create({ errorFormatter })`, so that merged routers answer errors in one shape. */
export type DialogueErrorFormatter = (options: {
  readonly error: TRPCError;
  readonly shape: TRPCDefaultErrorShape;
}) => DialogueErrorShape;

/** Shapes errors without stack, and without the words of what was not foreseen. */
export function createErrorFormatter(faults: Faults): DialogueErrorFormatter {
  return ({ error, shape }) => {
    const dialogue = faults.toWire(error);
    const named = faults.toTrpc(error);
    const { path } = shape.data;
    return {
      code: TRPC_ERROR_CODES_BY_KEY[named.code],
      message: dialogue.message,
      data: {
        code: named.code,
        httpStatus: getHTTPStatusCodeFromError(named),
        ...(path === undefined ? {} : { path }),
        dialogue,
      },
    };
  };
}
