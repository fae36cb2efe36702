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

/** The procedures that all others are built on. */
export function createProcedures(root: Root, faults: Faults, errorFormatter: DialogueErrorFormatter) {
  const named = root.middleware(async ({ ctx, next }) => {
    const result = await next({ ctx: { dialogue: contextOf(ctx) } });
    if (result.ok) return result;
    throw faults.toTrpc(result.error);
  });
  return {
    /** A call that is answered once. Its refusals keep their shape also under the root of another router. */
    call: root.procedure.errors(errorFormatter).use(named),
    /** A subscription. tRPC's `errors` would wrap what it answers, and so hide its source from a transport. */
    subscription: root.procedure.use(named),
  };
}

/** What `createProcedures` makes. */
export type Procedures = ReturnType<typeof createProcedures>;

/** An application that merges the router may have forgotten its context, which no type of tRPC notices. */
function contextOf(context: Partial<RouterContext>): RouterContext["dialogue"] {
  if (context.dialogue) return context.dialogue;
  throw new DialogueError(
    "INTERNAL",
    "cannot serve a procedure of Dialogue: the context lacks ...(await dialogue.createContext(opts))",
  );
}
