import type { EventLog, StoredEvent } from "@dialogue/core";

/** Every event that the room keeps, oldest first. */
export async function readAll(log: EventLog, roomId: string): Promise<readonly StoredEvent[]> {
  return (await log.read(roomId, { after: 0, limit: 10_000 })).events;
}

/** The seqs of every event that the room keeps, oldest first. */
export async function seqsOf(log: EventLog, roomId: string): Promise<readonly number[]> {
  return (await readAll(log, roomId)).map(({ seq }) => seq);
}
