import { Acknowledgements } from "./acknowledgements.ts";
import type { Fault } from "./fault.ts";
import type { JournalEntry, JournalLine } from "./journal-entry.ts";
import { Reading } from "./reading.ts";
import { faultsOfLog, indexLog, type LogIndex, type RoomLog } from "./room-log.ts";
import type { Verdict } from "./verdict.ts";

/** All there is to judge. */
export interface History {
  /** What the journal holds, oldest first; without `writer`, all is one writer's. */
  readonly entries: Iterable<JournalEntry | JournalLine> | AsyncIterable<JournalEntry | JournalLine>;
  /** What each room's log holds in the end. A room that is not here has an empty log. */
  readonly logs: ReadonlyMap<string, RoomLog>;
  /** True where readers were ended before they had caught up with the log. */
  readonly mayEndShort?: boolean;
}

/**
 * Judges a history by the delivery contract: nothing acknowledged is missing or doubled, the logs have no hole, the
 * acknowledgements of an id agree, order is kept, and each reader was given exactly the log from where it began, over
 * all its resumes, or a reset with cause.
 */
export async function checkHistory({ entries, logs, mayEndShort = false }: History): Promise<Verdict> {
  const faults: Fault[] = [];
  const indexes = new Map<string, LogIndex>();
  const rooms = new Map<string, Acknowledgements>();
  const readings = new Map<string, Reading>();
  const counts = { tried: 0, acked: 0, events: 0, readers: 0, reads: 0, resumes: 0, resets: 0 };

  for (const [roomId, log] of logs) {
    faults.push(...faultsOfLog(roomId, log));
    counts.events += log.events.length;
  }

  const logOf = (roomId: string) => kept(indexes, roomId, () => indexLog(logs.get(roomId) ?? { events: [] }));
  const roomOf = (roomId: string) => kept(rooms, roomId, () => new Acknowledgements(roomId, logOf(roomId)));
  const readingOf = ({ reader, roomId }: { readonly reader: string; readonly roomId: string }) =>
    kept(readings, `${reader} ${roomId}`, () => new Reading({ reader, roomId, log: logOf(roomId), mayEndShort }));

  for await (const entry of entries) {
    const line: JournalLine = { writer: 0, ...entry };
    switch (line.type) {
      case "tried":
        faults.push(...roomOf(line.roomId).tryOf(line));
        break;
      case "acked":
        faults.push(...roomOf(line.roomId).ackOf(line));
        break;
      case "began":
        if (readings.has(`${line.reader} ${line.roomId}`)) counts.resumes++;
        faults.push(...readingOf(line).beginAt(line.seq));
        break;
      case "read":
        counts.reads++;
        faults.push(...readingOf(line).readOf(line));
        break;
      case "reset":
        counts.resets++;
        faults.push(...readingOf(line).resetOf(line));
        break;
      case "marked":
        break;
    }
  }

  for (const reading of readings.values()) faults.push(...reading.end());
  for (const { tried, acked } of rooms.values()) {
    counts.tried += tried.size;
    counts.acked += acked.size;
  }
  return { faults, counts: { ...counts, readers: readings.size } };
}

function kept<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
