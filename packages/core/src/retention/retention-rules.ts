import type { EventDefinition } from "@dialogue/events";
import type { Retention } from "../ports/event-log.ts";
import type { Room } from "../rooms/room.ts";

/** What a room lets go of one kind of event. */
export type RetentionRule = Omit<Retention, "limit">;

/** What the events of a room let go; ephemeral ones are in no log. */
export function rulesOf({ events }: Pick<Room, "events">): readonly RetentionRule[] {
  return [...events.values()].flatMap((event) => ruleOf(event) ?? []);
}

/** Undefined for an event of which a room keeps everything. */
export function ruleOf({ name, delivery, history = {} }: EventDefinition): RetentionRule | undefined {
  const { limit, maxAge } = history;
  if (delivery === "ephemeral" || (limit === undefined && maxAge === undefined)) return undefined;
  const rule = limit === undefined ? { event: name } : { event: name, keep: limit };
  return maxAge === undefined ? rule : { ...rule, maxAgeMs: maxAge };
}
