import type { Position } from "@dialogue/events";
import type { Cancel, Clock } from "../clock.ts";
import type { Bell } from "../ports/backplane.ts";
import type { EventLog, Head, ReadResult, StoredEvent } from "../ports/event-log.ts";
import type { Checker } from "./checker.ts";
import { Delivery, type Rider } from "./delivery.ts";
import { type Candidate, Pending } from "./pending.ts";
import type { Retry } from "./retry.ts";
import { Ring, type RingBounds } from "./ring.ts";

/** What a tail works with. */
export interface TailOptions {
  readonly roomId: string;
  readonly log: EventLog;
  readonly checker: Checker;
  readonly retry: Retry;
  readonly clock: Clock;
  readonly bounds: RingBounds;
  readonly holeMs: number;
  /** Frames written in one turn of the event loop, about, before others have theirs. */
  readonly framesPerTurn: number;
  /** False for an event of another version of its definition than this node's. */
  readonly isToday: (event: StoredEvent) => boolean;
  /** The room's rights have changed. */
  readonly accessChanged: () => void;
}

/**
 * The end of one room's log on this node: makes of bells, which may be lost, doubled or late, the contiguous
 * sequence of events, and has its riders follow.
 *
 * 1. Bells and heads only raise `pending.known` and offer payloads; the position moves by the next seq alone, and only
 *    to an event that names the position's tag as its predecessor.
 * 2. The position stands still while a delivery is under way and moves by less than a ring between two, so that a
 *    rider with room in its sink finds in the ring whatever it has not got.
 * 3. Bells never convict: that the log was rewound is the log's word, from a head or from a read that found another
 *    event at the position. A convicted tail takes the log's head for its position and every rider asks the log.
 */
export class Tail {
  readonly roomId: string;
  /** Resolves when the position is known. */
  readonly opened: Promise<void>;
  /** What of the log is not kept any more, as far as is known. */
  floor: Position = { seq: 0, tag: "" };
  /** The position: everything up to it is in the ring or in the log. */
  seq = 0;
  tag = "";

  private readonly options: TailOptions;
  private readonly ring: Ring;
  private readonly pending: Pending;
  private readonly delivery: Delivery;
  private state: "opening" | "live" | "closed" = "opening";
  private aclVersion = 0;
  /** Counts the histories it has followed, and the redactions ahead of it: what was asked before is not answered any more. */
  private history = 0;
  private isConvicted = false;
  private isReading = false;
  /** Holes up to here have waited long enough. */
  private overdue = 0;
  private cancelGrace: Cancel | undefined;
  private isAdvancing = false;

  /** Asks for the head only when `listening` has resolved: from then on nothing is said unheard. */
  constructor(options: TailOptions, listening: Promise<void>) {
    this.options = options;
    this.roomId = options.roomId;
    this.delivery = new Delivery(options.framesPerTurn);
    this.ring = new Ring(options.bounds, options.clock, () => this.delivery.isUnderWay);
    this.pending = new Pending(options.bounds, options.isToday);
    this.opened = listening.then(() => options.checker.ask(this));
  }

  get isLive(): boolean {
    return this.state === "live";
  }

  get isClosed(): boolean {
    return this.state === "closed";
  }

  add(rider: Rider): void {
    this.delivery.riders.add(rider);
  }

  remove(rider: Rider): void {
    this.delivery.riders.delete(rider);
  }

  /** Resolves when the log has been asked for the head after this call, and the tail has judged itself by it. */
  check(): Promise<void> {
    return this.options.checker.ask(this);
  }

  /** A rider heard from the log that it goes this far. */
  learn(seq: number): void {
    if (seq <= this.pending.known) return;
    this.pending.known = seq;
    this.advance();
  }

  /** The log was found to hold another event at a place that was passed, or none: it was rewound, or purged beyond. */
  convict(): void {
    this.isConvicted = true;
    void this.check();
  }

  tagAt(seq: number): string | undefined {
    return seq === this.seq ? this.tag : this.ring.tagAt(seq);
  }

  /** The ring, for riders: read only. */
  get recent(): Pick<Ring, "at" | "frameOf"> {
    return this.ring;
  }

  hear(bell: Bell): void {
    if (this.isClosed) return;
    if (this.isLive && bell.seq <= this.seq) {
      this.compare(bell);
      return;
    }
    this.pending.hear(bell, this.roomId, this.seq + 1);
    this.advance();
  }

  redact(seq: number): void {
    if (this.isLive && seq <= this.seq) {
      this.ring.redact(seq);
      return;
    }
    this.pending.redact(seq);
    // A read under way may have found it as it was: it is made again.
    this.history++;
  }

  /** Drops from the ring what has been there since before that time: a redaction it did not hear of ends then. */
  forgetBefore(elapsed: number): void {
    if (!this.delivery.isUnderWay) this.ring.dropBefore(elapsed);
  }

  /** Judges itself by what the log answered to a question sent when the position was at `askedAt`. */
  take(head: Head, askedAt: number): void {
    if (this.isClosed) return;
    this.floor = head.floor;
    this.judgeAccess(head.aclVersion);
    if (this.state === "opening" || this.isConvicted || this.isRewound(head, askedAt)) this.follow(head);
    else this.judgeRiders(head);
    this.advance();
  }

  close(): void {
    this.state = "closed";
    this.delivery.stop();
    this.cancelGrace?.();
  }

  private compare(bell: Bell): void {
    // Another event under a seq that was passed, or one too old to tell: the log may have been rewound.
    if (this.tagAt(bell.seq) !== bell.tag) void this.check();
  }

  private isRewound({ head }: Head, askedAt: number): boolean {
    if (this.state === "opening") return false;
    if (head.seq < askedAt) return true;
    const tag = head.seq <= this.seq ? this.tagAt(head.seq) : head.tag;
    return tag !== undefined && tag !== head.tag;
  }

  /** Takes the log's head for its position. */
  private follow({ head }: Head): void {
    const isFirst = this.state === "opening";
    this.state = "live";
    this.history++;
    this.isConvicted = false;
    this.seq = head.seq;
    this.tag = head.tag;
    this.overdue = 0;
    this.ring.reset(head);
    this.delivery.isOwed = true;
    if (isFirst) {
      this.pending.dropThrough(head.seq);
      return;
    }
    this.pending.clear();
    for (const rider of this.delivery.riders) rider.doubt();
    // What was cleared may have been evidence of the new history.
    void this.check();
  }

  private judgeRiders({ head }: Head): void {
    this.pending.known = Math.max(this.pending.known, head.seq);
    for (const rider of this.delivery.riders) {
      if (rider.seq <= head.seq) continue;
      rider.doubt();
      this.delivery.isOwed = true;
    }
  }

  private judgeAccess(aclVersion: number): void {
    const hasChanged = this.aclVersion !== aclVersion;
    this.aclVersion = aclVersion;
    if (hasChanged && this.isLive) this.options.accessChanged();
  }

  /** Moves the position and has the riders follow, until nothing follows. Not re-entrant: who comes in meanwhile is served by the loop. */
  private advance(): void {
    if (this.isAdvancing || !this.isLive) return;
    this.isAdvancing = true;
    this.turn();
  }

  private turn(): void {
    while (this.isLive) {
      if (!this.delivery.isUnderWay) {
        if (!this.accept() && !this.delivery.isOwed) break;
        this.delivery.begin();
      }
      if (this.delivery.serve()) continue;
      this.options.clock.soon(() => this.turn());
      return;
    }
    this.isAdvancing = false;
    this.mindHole();
  }

  /** Moves the position over what follows it without a hole, by a ring at most; true when it moved. */
  private accept(): boolean {
    const { bounds } = this.options;
    let accepted = 0;
    let bytes = 0;
    for (let next = this.following(); next; next = this.following()) {
      if (accepted === bounds.events || (accepted > 0 && bytes + next.bytes > bounds.bytes)) break;
      accepted++;
      bytes += next.bytes;
      this.seq++;
      this.tag = next.stored.tag;
      this.pending.drop(this.seq);
      this.ring.push(next.stored, next.bytes);
    }
    return accepted > 0;
  }

  private following(): Candidate | undefined {
    const next = this.pending.at(this.seq + 1);
    if (!next || next.previousTag === this.tag) return next;
    this.pending.distrust(this.seq + 1);
    return undefined;
  }

  private mindHole(): void {
    if (!this.isLive || this.isReading || this.isConvicted || this.pending.known <= this.seq) return;
    const missing = this.seq + 1;
    if (this.pending.at(missing)) return;
    if (missing <= this.overdue || this.pending.mustRead(missing)) void this.fill();
    else
      this.cancelGrace ??= this.options.clock.after(this.options.holeMs, () => {
        this.cancelGrace = undefined;
        this.overdue = this.pending.known;
        this.mindHole();
      });
  }

  /** Reads what is missing, once for all riders. */
  private async fill(): Promise<void> {
    const { log, retry, bounds } = this.options;
    const { seq, tag, history } = this;
    const upTo = this.pending.known;
    this.isReading = true;
    this.overdue = upTo;
    const found = await retry({
      doing: `read the end of room ${this.roomId}`,
      // With the event at the position, whose tag proves that what comes after it continues what was read.
      ask: () => log.read(this.roomId, { after: Math.max(0, seq - 1), upTo, limit: bounds.events + 1 }),
      isOver: () => this.isClosed || this.history !== history,
    });
    this.isReading = false;
    if (found && this.history === history) this.takeRead({ seq, tag }, upTo, found);
    if (this.seq === seq && !this.pending.at(seq + 1)) this.bePatient();
    this.advance();
  }

  /** The read did not bring what follows. A log that contradicts itself is asked again, but not without end in one turn. */
  private bePatient(): void {
    this.overdue = this.seq;
    this.pending.drop(this.seq + 1);
  }

  private takeRead(from: Position, upTo: number, { events, floor }: ReadResult): void {
    if (floor.seq > this.floor.seq) this.floor = floor;
    const standing = from.seq === floor.seq ? floor.tag : events.find((event) => event.seq === from.seq)?.tag;
    if (standing === from.tag) this.takeEvents(from, upTo, events);
    else this.convict();
  }

  private takeEvents(from: Position, upTo: number, events: readonly StoredEvent[]): void {
    let previousTag = from.tag;
    for (const stored of events) {
      if (stored.seq > this.seq) this.pending.read(stored, previousTag);
      previousTag = stored.tag;
    }
    const last = events.at(-1)?.seq ?? from.seq;
    // A short read: what was said of more is void, such as a bell from before a rewind that came late.
    if (events.length <= this.options.bounds.events && last < upTo) this.pending.lower(upTo, Math.max(last, this.seq));
  }
}
