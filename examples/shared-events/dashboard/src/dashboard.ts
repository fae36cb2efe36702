import { createDialogueClient } from "@dialogue/client";
import type { EnvelopeOf } from "@dialogue/events";
import type { Reading } from "@dialogue/example-events";
import type { dialogue } from "@dialogue/example-sensors";

/** A reading as it arrives: its date is a string on the wire, and typed so. */
export type ReadingEvent = EnvelopeOf<typeof Reading>;

/** Shows each reading, the last ten first, until the answer is called. */
export async function watchGreenhouse(
  url: string,
  token: string,
  show: (reading: ReadingEvent) => void,
): Promise<() => void> {
  const client = createDialogueClient<typeof dialogue>({ url, auth: { token } });
  await client.connect();
  const room = await client.join("greenhouse");
  room.on("reading", show);
  return () => client.disconnect();
}
