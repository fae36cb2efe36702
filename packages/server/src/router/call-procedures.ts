import type { Caller, Core } from "@dialogue/core";
import type { Limits, PublicUser, Welcome } from "@dialogue/events";
import { historyInput, triggerInput } from "./inputs.ts";
import type { Procedures } from "./root.ts";

/** The calls about oneself and about the events of a room. */
export function createCallProcedures(options: {
  readonly core: Core;
  readonly procedure: Procedures["call"];
  readonly limits: Limits;
}) {
  const { core, procedure, limits } = options;
  return {
    /** Over HTTP it begins a session that is held for `limits.graceMs`, for the streams that are opened next. */
    connect: procedure.mutation(async ({ ctx }): Promise<Welcome> => {
      const { caller, end } = ctx.dialogue.follow();
      try {
        await caller.session.ready;
        return { user: publicUser(caller), sessionId: caller.session.id, resumed: caller.session.resumed };
      } finally {
        end();
      }
    }),
    trigger: procedure.input(triggerInput).mutation(({ ctx, input }) => core.trigger(ctx.dialogue.caller(), input)),
    history: procedure.input(historyInput(limits)).query(({ ctx, input }) => {
      const { roomId, ...query } = input;
      return core.history(ctx.dialogue.caller(), roomId, query);
    }),
  };
}

function publicUser({ user }: Caller): PublicUser {
  return { id: user.id, name: user.name ?? user.id };
}
