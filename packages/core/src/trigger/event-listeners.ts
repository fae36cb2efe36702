import { DialogueError, type Envelope, type EventDefinition } from "@dialogue/events";
import type { HookRunner } from "../hook-runner.ts";
import type { Hooks } from "../hooks.ts";
import type { RoomDirectory } from "../rooms/room-directory.ts";

/** Who is told on this node that an event is true. What they throw is reported. */
export interface EventListeners {
  on(roomId: string, event: EventDefinition, handle: (event: Envelope) => unknown): () => void;
  /** `parsed` is what the schema made of the data. */
  tell(envelope: Envelope, parsed: unknown): void;
}

type Handle = (event: Envelope) => unknown;

export function createEventListeners(options: {
  readonly directory: RoomDirectory;
  readonly hooks: HookRunner;
  readonly afterEach: NonNullable<Hooks["events"]>["afterEach"];
}): EventListeners {
  const { directory, hooks, afterEach } = options;
  const listeners = new Map<string, Set<Handle>>();

  return {
    on(roomId, event, handle) {
      const room = directory.configured.get(roomId);
      if (room && !room.events.has(event.name))
        throw new DialogueError(
          "EVENT_NOT_ALLOWED",
          `cannot listen to ${event.name}: room ${roomId} has no such event`,
        );
      const key = `${roomId} ${event.name}`;
      // Its own function, so that one handle given twice is called twice and ends twice.
      const mine: Handle = (told) => handle(told);
      listeners.set(key, (listeners.get(key) ?? new Set()).add(mine));
      return () => {
        const all = listeners.get(key);
        all?.delete(mine);
        if (all?.size === 0) listeners.delete(key);
      };
    },
    tell(envelope, parsed) {
      const { roomId, event } = envelope;
      const handles = listeners.get(`${roomId} ${event}`);
      if (handles) {
        const held: Envelope = { ...envelope, data: parsed };
        for (const handle of [...handles]) void hooks.tell(`handle ${event} of room ${roomId}`, () => handle(held));
      }
      if (afterEach) void hooks.tell(`run afterEach for ${event} of room ${roomId}`, () => afterEach(envelope));
    },
  };
}
