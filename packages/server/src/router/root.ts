import { DialogueError } from "@dialogue/events";
import { initTRPC } from "@trpc/server";
import type { RouterContext } from "../context.ts";
import type { DialogueErrorFormatter } from "./error-formatter.ts";
import type { Faults } from "./faults.ts";

const ssePingMs = 15_000;
const sseSilenceMs = 40_000;

/** tRPC as Dialogue's own router uses it: no stack on the wire in any environment, one shape of errors. */
export function createRoot(errorFormatter: DialogueErrorFormatter) {
  return initTRPC.context<RouterContext>().create({
    isDev: false,
    errorFormatter,
    sse: { ping: { enabled: true, intervalMs: ssePingMs }, client: { reconnectAfterInactivityMs: sseSilenceMs } },
  });
}

/** What `createRoot` makes. */
export type Root = ReturnType<typeof createRoot>;

/** The procedure that all others are built on. Its refusals keep their shape in a router that merges them, too. */
export function createProcedure(root: Root, faults: Faults, errorFormatter: DialogueErrorFormatter) {
  return root.procedure.errors(errorFormatter).use(async ({ ctx, next }) => {
    const result = await next({ ctx: { dialogue: contextOf(ctx) } });
    if (result.ok) return result;
    throw faults.toTrpc(result.error);
  });
}

/** What `createProcedure` makes. */
export type Procedure = ReturnType<typeof createProcedure>;

/** An application that merges the router may have forgotten its context, which no type of tRPC notices. */
function contextOf(context: Partial<RouterContext>): RouterContext["dialogue"] {
  if (context.dialogue) return context.dialogue;
  throw new DialogueError(
    "INTERNAL",
    "cannot serve a procedure of Dialogue: the context lacks ...(await dialogue.createContext(opts))",
  );
}
