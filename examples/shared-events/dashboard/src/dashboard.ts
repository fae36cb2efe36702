import { createDialogueClient, type DialogueClient } from "@dialogue/client";
import type { Cursor, EnvelopeOf } from "@dialogue/events";
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

/** What is known of all readings so far, and up to which place in the log. */
export interface Tally {
  readonly readings: number;
  readonly cursor: Cursor;
}

/** Counts every reading once, however often it is ended and begun again: what it knows is in `storage`. */
export async function keepTally(
  client: DialogueClient<typeof dialogue>,
  storage: { load(): Tally | undefined; save(tally: Tally | undefined): void },
): Promise<void> {
  const kept = storage.load() ?? { readings: 0, cursor: "0." };
  const room = await client.join("greenhouse", { cursor: kept.cursor });
  let { readings } = kept;
  room.on("reading", () => {
    readings++;
    // Both in one write, so that neither is ever ahead of the other.
    if (room.cursor !== undefined) storage.save({ readings, cursor: room.cursor });
  });
  room.onReset(async () => {
    storage.save(undefined);
    await room.leave();
    await keepTally(client, storage);
  });
}
