import { greenhouse, Reading } from "@dialogue/example-events";
import { createDialogue } from "@dialogue/server";

/** The server of the greenhouse. Its type is all that a dashboard needs of it. */
export const dialogue = createDialogue({ rooms: { greenhouse } });

/** Takes a reading from the hardware into the log. */
export async function record(sensor: string, celsius: number): Promise<number> {
  const reading = await dialogue.trigger("greenhouse", Reading, { sensor, celsius, at: new Date() });
  return reading.seq;
}
