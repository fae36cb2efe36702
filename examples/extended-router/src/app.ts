import { createDialogue, Message, UserJoined } from "@dialogue/server";
import { initTRPC, TRPCError } from "@trpc/server";
import * as z from "zod";

/** The chat that the application carries. */
export const dialogue = createDialogue({
  rooms: { support: { name: "Support", events: [Message, UserJoined], syncHistoryOnJoin: true } },
});

/** What the application's own procedures work on. */
export interface Ticket {
  readonly id: number;
  readonly title: string;
  readonly openedBy: string;
}

const tickets: Ticket[] = [];
let opened = 0;

/** The application's context: Dialogue's, and its own. */
export async function createContext(options: Parameters<typeof dialogue.createContext>[0]) {
  return { ...(await dialogue.createContext(options)), tickets };
}

const t = initTRPC.context<typeof createContext>().create({ errorFormatter: dialogue.errorFormatter });

const staff = t.procedure.use(({ ctx, next }) => {
  if (!ctx.dialogue.caller().user.id.startsWith("staff-"))
    throw new TRPCError({ code: "FORBIDDEN", message: "cannot close a ticket: not staff" });
  return next();
});

/** The application's router, with the chat inside. */
export const appRouter = t.router({
  tickets: {
    list: t.procedure.query(({ ctx }) => ctx.tickets),
    open: t.procedure.input(z.object({ title: z.string().min(1).max(200) })).mutation(async ({ ctx, input }) => {
      const user = ctx.dialogue.caller().user;
      const ticket: Ticket = { id: ++opened, title: input.title, openedBy: user.id };
      ctx.tickets.push(ticket);
      await dialogue.trigger(
        "support",
        Message,
        { text: `Ticket ${ticket.id}: ${ticket.title}`, senderId: user.id },
        user.id,
      );
      return ticket;
    }),
    close: staff.input(z.object({ id: z.number().int() })).mutation(({ ctx, input }) => {
      const at = ctx.tickets.findIndex((ticket) => ticket.id === input.id);
      if (at < 0) throw new TRPCError({ code: "NOT_FOUND", message: `cannot close ticket ${input.id}: there is none` });
      return ctx.tickets.splice(at, 1);
    }),
  },
  chat: dialogue.router,
});

/** What the application's clients infer everything from. */
export type AppRouter = typeof appRouter;
