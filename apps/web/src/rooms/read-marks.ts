import { createKept, isRecord, type Kept } from "../ui/kept.ts";

/** How far each room was read: the seq of the last event that was seen, by room id. */
export type ReadMarks = Kept<Readonly<Record<string, number>>>;

export function keptReadMarks(userId: string): ReadMarks {
  return createKept<Readonly<Record<string, number>>>(`dialogue.read.${userId}`, {}, (value) =>
    isRecord(value)
      ? Object.fromEntries(
          Object.entries(value).filter((entry): entry is [string, number] => Number.isInteger(entry[1])),
        )
      : undefined,
  );
}

/** Takes down that a room was read up to there; never goes back. */
export function markRead(marks: ReadMarks, roomId: string, seq: number): void {
  marks.change((before) => ((before[roomId] ?? 0) >= seq ? before : { ...before, [roomId]: seq }));
}
