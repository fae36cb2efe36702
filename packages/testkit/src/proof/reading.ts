import type { Fault, FaultType } from "./fault.ts";
import type { JournalLine, SeenEvent } from "./journal-entry.ts";
import { isSame, type LogIndex } from "./room-log.ts";

type Read = Extract<JournalLine, { type: "read" }>;
type Reset = Extract<JournalLine, { type: "reset" }>;

/** Judges all that one reader was given of one room, over all its resumes. */
export class Reading {
  private readonly roomId: string;
  private readonly reader: string;
  private readonly log: LogIndex;
  private readonly mayEndShort: boolean;
  /** The place that was reached; undefined before anything. */
  private place: number | undefined;
  private last: SeenEvent | undefined;
  /** Events since the last reset that are not in the log: forgiven if the log was rewound behind the reader. */
  private strange: Fault[] = [];

  constructor(of: { roomId: string; reader: string; log: LogIndex; mayEndShort: boolean }) {
    this.roomId = of.roomId;
    this.reader = of.reader;
    this.log = of.log;
    this.mayEndShort = of.mayEndShort;
  }

  *beginAt(seq: number): Iterable<Fault> {
    if (this.place === undefined) this.place = seq;
    // An earlier place is no fault: what it had already must then not be given again.
    if (seq <= this.place) return;
    yield this.fault("resumedElsewhere", { seq }, `goes on after ${seq}, and had reached ${this.place}`);
    this.place = seq;
  }

  *readOf({ seq, id, tag }: Read): Iterable<Fault> {
    const seen: SeenEvent = tag === undefined ? { seq, id } : { seq, id, tag };
    const place = this.place ?? seq - 1;
    if (seq > place + 1) yield this.fault("skipped", seen, `was given ${seq} after ${place}`);
    if (seq <= place) yield this.fault("repeated", seen, `was given ${seq} after ${place}`);
    this.place = Math.max(seq, place);
    this.last = seen;
    if (seq > this.log.floor && !isSame(seen, this.log.at(seq)))
      this.strange.push(this.fault("vanished", seen, `was given it; ${this.insteadAt(seq)}`));
  }

  *resetOf({ reason, seq }: Reset): Iterable<Fault> {
    const { place, last, log } = this;
    if (reason === "expired") {
      if (place !== undefined && place >= log.floor)
        yield this.fault("needlessReset", { seq: place }, `was reset as expired; the log begins after ${log.floor}`);
      yield* this.strange;
    } else if (last && last.seq === place && isSame(last, log.at(place))) {
      yield this.fault("needlessReset", last, "was reset as rewound; the log holds what it had read");
    }
    this.strange = [];
    this.place = seq;
    this.last = undefined;
  }

  *end(): Iterable<Fault> {
    yield* this.strange;
    const { place = 0, log } = this;
    if (place < log.head && !this.mayEndShort)
      yield this.fault("short", { seq: place }, `was given nothing after ${place}; the log ends at ${log.head}`);
  }

  private insteadAt(seq: number): string {
    const there = this.log.at(seq);
    if (!there) return `the log ends at ${this.log.head}`;
    return there.tag === undefined ? `${there.id} stands there` : `${there.id} (${there.tag}) stands there`;
  }

  private fault(type: FaultType, { seq, id }: Partial<SeenEvent>, what: string): Fault {
    const { roomId, reader } = this;
    const place = { ...(seq === undefined ? {} : { seq }), ...(id === undefined ? {} : { id }) };
    return { type, roomId, reader, ...place, says: `${reader} ${what}` };
  }
}
