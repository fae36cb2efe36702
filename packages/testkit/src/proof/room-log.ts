import type { Fault } from "./fault.ts";
import type { SeenEvent } from "./journal-entry.ts";

/** What a room's log holds in the end. */
export interface RoomLog {
  /** Oldest first. */
  readonly events: readonly SeenEvent[];
  /** The newest purged seq. Default: 0, nothing was purged. */
  readonly floor?: number;
}

/** A log to look things up in. */
export interface LogIndex {
  readonly floor: number;
  readonly head: number;
  at(seq: number): SeenEvent | undefined;
  seqOf(id: string): number | undefined;
}

export function indexLog({ events, floor = 0 }: RoomLog): LogIndex {
  const bySeq = new Map(events.map((event) => [event.seq, event]));
  const byId = new Map(events.map(({ id, seq }) => [id, seq]));
  return {
    floor,
    head: events.at(-1)?.seq ?? floor,
    at: (seq) => bySeq.get(seq),
    seqOf: (id) => byId.get(id),
  };
}

/** True where both are the same event; a tag counts where both have one. */
export function isSame(one: SeenEvent, other: SeenEvent | undefined): boolean {
  if (one.seq !== other?.seq || one.id !== other.id) return false;
  return one.tag === undefined || other.tag === undefined || one.tag === other.tag;
}

/** Each seq once, without a hole, in order; each id once. */
export function* faultsOfLog(roomId: string, { events, floor = 0 }: RoomLog): Iterable<Fault> {
  const seqs = new Map<string, number>();
  let last = floor;
  for (const { seq, id } of events) {
    const first = seqs.get(id);
    if (first !== undefined) yield { type: "doubled", roomId, seq, id, says: `stands at ${first} and at ${seq}` };
    seqs.set(id, seq);
    if (seq <= last) yield { type: "disordered", roomId, seq, id, says: `comes after ${last}` };
    if (seq > last + 1) yield { type: "hole", roomId, seq: last + 1, says: `${last} is followed by ${seq}` };
    last = seq;
  }
}
