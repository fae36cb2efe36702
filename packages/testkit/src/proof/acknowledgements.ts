import type { Fault } from "./fault.ts";
import type { JournalLine } from "./journal-entry.ts";
import type { LogIndex } from "./room-log.ts";

type Tried = Extract<JournalLine, { type: "tried" }>;
type Acked = Extract<JournalLine, { type: "acked" }>;

/** Judges what was triggered and acknowledged in one room against its log. */
export class Acknowledgements {
  readonly acked = new Map<string, number>();
  readonly tried = new Set<string>();
  private readonly roomId: string;
  private readonly log: LogIndex;
  /** The newest seq that each writer has noted as acknowledged. */
  private readonly newest = new Map<number, number>();
  /** The newest seq of each sender's events, in the order in which they were tried. */
  private readonly newestOf = new Map<string, number>();

  constructor(roomId: string, log: LogIndex) {
    this.roomId = roomId;
    this.log = log;
  }

  *tryOf({ id, from, writer }: Tried): Iterable<Fault> {
    const { roomId } = this;
    if (this.tried.has(id)) return;
    this.tried.add(id);
    const seq = this.log.seqOf(id);
    if (seq === undefined) return;
    const before = this.newest.get(writer) ?? 0;
    if (seq < before)
      yield { type: "disordered", roomId, seq, id, says: `was tried after ${before} had been acknowledged` };
    if (from === undefined) return;
    const last = this.newestOf.get(from) ?? 0;
    if (seq < last) yield { type: "disordered", roomId, seq, id, says: `${from} had triggered ${last} before it` };
    this.newestOf.set(from, Math.max(seq, last));
  }

  *ackOf({ id, seq, writer }: Acked): Iterable<Fault> {
    const { roomId, log } = this;
    this.newest.set(writer, Math.max(seq, this.newest.get(writer) ?? 0));
    const first = this.acked.get(id);
    if (first !== undefined) {
      if (first !== seq)
        yield { type: "disagreeing", roomId, seq, id, says: `was acknowledged at ${first} and at ${seq}` };
      return;
    }
    this.acked.set(id, seq);
    // What retention has purged cannot be judged any more.
    if (seq <= log.floor || log.at(seq)?.id === id) return;
    yield { type: "missing", roomId, seq, id, says: `was acknowledged; ${this.insteadOf(id, seq)}` };
  }

  private insteadOf(id: string, seq: number): string {
    const elsewhere = this.log.seqOf(id);
    if (elsewhere !== undefined) return `it stands at ${elsewhere}`;
    const there = this.log.at(seq);
    return there ? `${there.id} stands there` : `the log ends at ${this.log.head}`;
  }
}
