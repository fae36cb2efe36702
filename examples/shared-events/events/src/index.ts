import { defineEvent, defineRoom } from "@dialogue/events";
import * as z from "zod";

/** One reading of a sensor, kept in the log. */
export const Reading = defineEvent("reading", {
  schema: z.object({ sensor: z.string().max(64), celsius: z.number(), at: z.coerce.date() }),
});

/** A sensor is alive; nobody needs to know later. */
export const Heartbeat = defineEvent("heartbeat", {
  delivery: "ephemeral",
  schema: z.object({ sensor: z.string().max(64) }),
});

/** The room both sides mean. */
export const greenhouse = defineRoom({ name: "Greenhouse", events: [Reading, Heartbeat], syncHistoryOnJoin: 10 });
