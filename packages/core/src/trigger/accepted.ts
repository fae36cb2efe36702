import type { EventDefinition, JsonObject, JsonValue } from "@dialogue/events";
import type { Room } from "../rooms/room.ts";

/** An event that passed every judge and is not yet true. */
export interface Accepted {
  readonly room: Room;
  readonly event: EventDefinition;
  readonly id: string;
  readonly from: string;
  readonly hash: string;
  /** What the schema made of the data. */
  readonly parsed: unknown;
  readonly data: JsonValue;
  readonly meta: JsonObject | undefined;
}
