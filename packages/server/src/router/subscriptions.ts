import type { Caller, Core, Frame, Source } from "@dialogue/core";
import { DialogueError, type Limits } from "@dialogue/events";
import { tracked } from "@trpc/server";
import type { DialogueContext } from "../context.ts";
import type { Faults } from "./faults.ts";
import { ephemeralInput, messagesInput } from "./inputs.ts";
import type { Procedures } from "./root.ts";
import { createStream, type Stream } from "./stream.ts";

interface Opening<Data, Yield> {
  readonly ctx: { readonly dialogue: DialogueContext };
  readonly signal: AbortSignal | undefined;
  readonly source: (caller: Caller) => Promise<Source<Data>>;
  readonly yieldOf: (frame: Frame<Data>) => Yield;
}

/** The four subscriptions. Each yield of `messages` is tracked under its cursor; those of the others are not. */
export function createSubscriptions(options: {
  readonly core: Core;
  readonly procedure: Procedures["subscription"];
  readonly faults: Faults;
  readonly limits: Limits;
}) {
  const { core, procedure, faults, limits } = options;

  async function open<Data, Yield>(opening: Opening<Data, Yield>): Promise<Stream<Data, Yield>> {
    const { ctx, signal, yieldOf } = opening;
    const following = ctx.dialogue.follow();
    try {
      const source = await opening.source(following.caller);
      return createStream({ source, following, signal, limits, faults, yieldOf });
    } catch (error) {
      following.end();
      throw error;
    }
  }

  return {
    messages: procedure.input(messagesInput).subscription(({ ctx, input, signal }) =>
      open({
        ctx,
        signal,
        source: (caller) => core.messages(caller, input.roomId, placeOf(input)),
        yieldOf: trackedFrame,
      }),
    ),
    typing: procedure
      .input(ephemeralInput)
      .subscription(({ ctx, input, signal }) =>
        open({ ctx, signal, source: (caller) => core.typing(caller, input.roomId), yieldOf: dataOf }),
      ),
    presence: procedure
      .input(ephemeralInput)
      .subscription(({ ctx, input, signal }) =>
        open({ ctx, signal, source: (caller) => core.presence(caller, input.roomId), yieldOf: dataOf }),
      ),
    signals: procedure
      .input(ephemeralInput)
      .subscription(({ ctx, input, signal }) =>
        open({ ctx, signal, source: (caller) => core.signals(caller, input.roomId), yieldOf: dataOf }),
      ),
  };
}

function placeOf(input: { readonly cursor?: string; readonly lastEventId?: string | null | undefined }) {
  const { cursor, lastEventId } = input;
  return { ...(cursor === undefined ? {} : { cursor }), ...(lastEventId == null ? {} : { lastEventId }) };
}

function trackedFrame<Data>(frame: Frame<Data>) {
  // One untracked frame would make the client forget where it was.
  if (frame.cursor === undefined) throw new DialogueError("INTERNAL", "cannot send a durable frame: it has no cursor");
  return tracked(frame.cursor, frame.data);
}

function dataOf<Data>(frame: Frame<Data>): Data {
  return frame.data;
}
