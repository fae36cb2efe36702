import { type AnyTRPCRouter, callTRPCProcedure, type TRPCProcedureType } from "@trpc/server";

/** One request of a client. */
export interface Call {
  readonly id: number | string;
  readonly jsonrpc: "2.0" | undefined;
  readonly type: TRPCProcedureType;
  readonly path: string;
  readonly input: unknown;
  /** Its place in the frame it came in. */
  readonly batchIndex: number;
}

/** Resolves with what the procedure answers, through its middlewares and parsers. */
export async function callProcedure(
  router: AnyTRPCRouter,
  call: Call,
  { ctx, signal }: { readonly ctx: unknown; readonly signal: AbortSignal },
): Promise<unknown> {
  const { path, type, input, batchIndex } = call;
  return callTRPCProcedure({ router, path, type, ctx, signal, batchIndex, getRawInput: async () => input });
}
