import type { Core } from "@dialogue/core";
import { DialogueError, type EventDefinition } from "@dialogue/events";
import { createRoomInput, roomInput, updateRoomInput } from "./inputs.ts";
import type { Procedures } from "./root.ts";

/** What callers may do with rooms; who may do what is core's to say. */
export function createRoomProcedures(options: {
  readonly core: Core;
  readonly procedure: Procedures["call"];
  readonly events: ReadonlyMap<string, EventDefinition>;
}) {
  const { core, procedure, events } = options;

  function definitionOf(name: string): EventDefinition {
    const event = events.get(name);
    if (event) return event;
    throw new DialogueError("EVENT_NOT_ALLOWED", "cannot create a room: it names an event that is not defined");
  }

  return {
    list: procedure.query(({ ctx }) => core.rooms.list(ctx.dialogue.caller())),
    get: procedure.input(roomInput).query(({ ctx, input }) => core.rooms.get(ctx.dialogue.caller(), input.roomId)),
    create: procedure.input(createRoomInput).mutation(({ ctx, input }) => {
      const { events: names, ...room } = input;
      const draft = names ? { ...room, events: names.map(definitionOf) } : room;
      return core.rooms.create(ctx.dialogue.caller(), draft);
    }),
    update: procedure.input(updateRoomInput).mutation(({ ctx, input }) => {
      const { roomId, ...change } = input;
      return core.rooms.update(ctx.dialogue.caller(), roomId, change);
    }),
    delete: procedure
      .input(roomInput)
      .mutation(({ ctx, input }) => core.rooms.delete(ctx.dialogue.caller(), input.roomId)),
    join: procedure.input(roomInput).mutation(({ ctx, input }) => core.join(ctx.dialogue.caller(), input.roomId)),
    leave: procedure.input(roomInput).mutation(({ ctx, input }) => core.leave(ctx.dialogue.caller(), input.roomId)),
    members: procedure
      .input(roomInput)
      .query(({ ctx, input }) => core.rooms.members(ctx.dialogue.caller(), input.roomId)),
  };
}
