import { DialogueError, type MessagesFrame, type ResetReason } from "@dialogue/events";
import { roomNotFound } from "../authority.ts";
import type { Clock } from "../clock.ts";
import type { Report } from "../logger.ts";
import type { EventLog } from "../ports/event-log.ts";
import type { Rider } from "./delivery.ts";
import { type Entry, frameOf } from "./entry.ts";
import type { Gate } from "./gate.ts";
import { readyFrame, redactionFrame, resetFrame } from "./herald.ts";
import type { Page, Pages } from "./pages.ts";
import type { Retry } from "./retry.ts";
import { Rights } from "./rights.ts";
import type { Frame, Sink } from "./sink.ts";
import { placeOf, type Start } from "./start.ts";
import type { Tail } from "./tail.ts";
import type { Turns } from "./turns.ts";

/** What is one reader's own. */
export interface ReaderOptions {
  readonly tail: Tail;
  readonly sink: Sink<MessagesFrame>;
  readonly allowed: () => Promise<boolean>;
  /** Called once, when the reader has ended in whatever way. */
  readonly left: (reader: Reader) => void;
}

/** What all readers of a node work with. */
export interface ReaderParts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly pages: Pages;
  readonly retry: Retry;
  readonly turns: Turns;
  /** Where questions of rights wait. */
  readonly judging: Gate;
  readonly report: Report;
  /** Events read at once. */
  readonly pageEvents: number;
}

/**
 * How much is known of a reader's place. claimed: somebody's word. confirmed: the log holds it. anchored: it is on the
 * chain that the tail follows, so that the ring may be read from it.
 */
type Standing = "claimed" | "confirmed" | "anchored";

/** Between two questions to a log that has contradicted itself. */
const contradictionMs = 50;
/** The fewest events that a slow reader reads at once. */
const fewestAtOnce = 16;
/** Redactions that may wait to be told of; beyond it the earliest is not told. */
const redactedMost = 1_000;

/**
 * One subscription: a cursor over the log that meets the tail and rides it.
 *
 * 1. The next frame is always the one after the reader's own cursor; nothing is pushed at it. Duplicates, holes and
 *    disorder are therefore impossible whatever calls `step`, and however often.
 * 2. A sink that is full makes the reader a mere cursor: it keeps no frame, and goes on from the ring or the log.
 * 3. Whatever was awaited, it asks again whether it has ended and may still read.
 */
export class Reader implements Rider {
  /** The cursor, `seq` and `tag`: the last event that was written. */
  seq = 0;
  tag = "";
  private standing: Standing = "claimed";
  private readonly options: ReaderOptions;
  private readonly parts: ReaderParts;
  /** What is to be written before any event. */
  private due: "ready" | ResetReason | undefined = "ready";
  /** Events that lost their data once they were written, or while they were read: to be told when they have passed. */
  private redacted: number[] = [];
  private page: Page | undefined;
  private pageEvents: number;
  private isWaiting = true;
  private isStepping = false;
  private isFull = false;
  private hasEnded = false;
  private wakes = 0;
  private asked: Rights | undefined;

  constructor(options: ReaderOptions, parts: ReaderParts) {
    this.options = options;
    this.parts = parts;
    this.pageEvents = parts.pageEvents;
  }

  /** Made when it is first asked for: who begins at the head of an open tail may never be judged again. */
  private get rights(): Rights {
    const { tail, allowed } = this.options;
    const { retry, judging: gate } = this.parts;
    this.asked ??= new Rights({
      ...{ roomId: tail.roomId, allowed, retry, gate },
      isOver: () => this.hasEnded,
      refused: () => this.end(roomNotFound(tail.roomId)),
    });
    return this.asked;
  }

  /** Begins; the sink hears nothing before the caller's turn is over. */
  start(start: Start): void {
    this.options.sink.onWritable(() => this.wake());
    if (start.from === "head" && this.options.tail.isLive) this.standAtTail();
    this.run(this.begin(start));
  }

  /** Ends without a word to the sink. */
  detach(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.page = undefined;
    this.options.left(this);
  }

  /** Ends with the sink's last call. */
  end(error?: DialogueError): void {
    if (this.hasEnded) return;
    this.detach();
    try {
      this.options.sink.end(error);
    } catch (thrown) {
      this.parts.report(thrown, `end a reader of room ${this.options.tail.roomId}`);
    }
  }

  step(): number {
    if (this.isStepping) return 0;
    this.isStepping = true;
    let written = 0;
    while (!this.hasEnded && !this.isFull && !this.isWaiting && !this.asked?.isUnknown) {
      const frame = this.next();
      if (!frame) break;
      this.write(frame);
      written++;
    }
    this.isStepping = false;
    return written;
  }

  doubt(): void {
    this.standing = "claimed";
  }

  /** Events have lost their data. Those that are read from now on come without it. */
  redact(seqs: readonly number[]): void {
    if (this.due === "ready") return;
    const isReading = this.isWaiting || this.page !== undefined;
    this.redacted.push(...seqs.filter((seq) => isReading || seq <= this.seq));
    this.redacted = this.redacted.slice(-redactedMost);
    this.step();
  }

  /** Asks again whether it may read; the answer of an earlier asking does not count. Goes on meanwhile, unless there is no answer. */
  recheck(): void {
    this.run(this.recheckRights());
  }

  private async begin(start: Start): Promise<void> {
    const { tail } = this.options;
    const { log, retry } = this.parts;
    // A live tail's head needs no answer from anyone.
    const isAtHead = this.standing === "anchored";
    await (isAtHead ? undefined : tail.opened);
    if (this.hasEnded) return;
    if (!isAtHead && !(await this.takePlace(await placeOf(start, tail, { log, retry, isOver: () => this.hasEnded }))))
      return;
    this.isWaiting = false;
    this.step();
  }

  private async takePlace(place: Awaited<ReturnType<typeof placeOf>>): Promise<boolean> {
    if (!place || !(await this.rights.confirm())) return false;
    this.seq = place.seq;
    this.tag = place.tag;
    this.standing = place.isClaimed ? "claimed" : "confirmed";
    return true;
  }

  /** The frame after the cursor, which moves there; undefined when there is none, or it has to be awaited. */
  private next(): Frame<MessagesFrame> | undefined {
    if (this.due) return this.herald(this.due);
    if (this.redacted.length > 0) {
      const passed = this.redacted.filter((seq) => seq <= this.seq);
      this.redacted = this.redacted.filter((seq) => seq > this.seq);
      if (passed.length > 0) return redactionFrame(this, passed);
    }
    const { tail } = this.options;
    if (this.standing === "anchored") {
      if (this.seq === tail.seq) return undefined;
      const entry = tail.recent.at(this.seq + 1);
      if (entry) return this.pass(entry, tail.recent.frameOf(entry));
    }
    return this.nextOfPage() ?? this.nextOffTail();
  }

  private pass(entry: Entry, frame: Frame<MessagesFrame>): Frame<MessagesFrame> {
    this.seq = entry.seq;
    this.tag = entry.tag;
    return frame;
  }

  private nextOfPage(): Frame<MessagesFrame> | undefined {
    const entry = this.page?.entryAt(this.seq + 1);
    if (entry) return this.pass(entry, frameOf(entry));
    if (this.page) this.pageEvents = Math.min(this.parts.pageEvents, this.pageEvents * 2);
    this.page = undefined;
    return undefined;
  }

  /** Without a page: onto the tail where that is possible, else to the log. */
  private nextOffTail(): Frame<MessagesFrame> | undefined {
    const { tail } = this.options;
    // Another node has told this reader more than this one has heard so far: the tail will come.
    if (this.standing === "confirmed" && this.seq > tail.seq) return undefined;
    const tag = this.seq <= tail.seq ? tail.tagAt(this.seq) : undefined;
    if (tag === this.tag && this.standing !== "anchored") {
      this.standing = "anchored";
      return this.next();
    }
    // The log holds our place and the tail another event there: it has followed a log that has since been rewound.
    if (tag !== undefined && tag !== this.tag && this.standing === "confirmed") this.run(this.awaitTail());
    else this.run(this.awaitPage());
    return undefined;
  }

  private async awaitTail(): Promise<void> {
    this.isWaiting = true;
    this.options.tail.convict();
    await this.checkTail();
    this.standing = "claimed";
    this.goOn();
  }

  private async awaitPage(): Promise<void> {
    const { tail } = this.options;
    const { pages, turns } = this.parts;
    this.isWaiting = true;
    const asked = pages.begun;
    const tailSeq = tail.seq;
    const page = await pages.read(tail.roomId, this.seq, this.pageEvents);
    if (!page || !(await this.rights.confirm())) return;
    await turns.take();
    if (this.hasEnded) return;
    await this.judge(page, { isFresh: page.began > asked, tailSeq });
    this.goOn();
  }

  /** Judges the reader's place by what the log holds. */
  private async judge(page: Page, { isFresh, tailSeq }: { isFresh: boolean; tailSeq: number }): Promise<void> {
    if (this.seq < page.floor.seq) return this.voidBy("expired");
    const tag = page.tagAt(this.seq);
    // A read that began before this reader asked says nothing of an event that came between.
    if (tag === undefined && !isFresh) return;
    if (tag !== this.tag) return this.voidBy("rewound");
    this.standing = "confirmed";
    this.page = page;
    this.options.tail.learn(page.last);
    if (page.entryAt(this.seq + 1)) return;
    // The log ends here though the tail goes on: it was cut, or the read came before the event. The head tells.
    if (isFresh && this.seq < tailSeq) await this.checkTail();
  }

  /** Asks for the head, and waits a little: a log whose answers contradict each other must not be asked without end. */
  private async checkTail(): Promise<void> {
    await this.options.tail.check();
    await new Promise<void>((resolve) => this.parts.clock.after(contradictionMs, resolve));
  }

  /** What was read is void: goes on at the head, once that is known for certain. */
  private async voidBy(reason: ResetReason): Promise<void> {
    await this.options.tail.check();
    this.due = reason;
  }

  private goOn(): void {
    if (this.hasEnded) return;
    this.isWaiting = false;
    this.step();
  }

  private herald(due: "ready" | ResetReason): Frame<MessagesFrame> {
    const { tail } = this.options;
    this.due = undefined;
    this.redacted = [];
    if (due === "ready") return readyFrame(this, tail);
    this.standAtTail();
    return resetFrame(due, tail, tail.floor);
  }

  private standAtTail(): void {
    const { tail } = this.options;
    this.seq = tail.seq;
    this.tag = tail.tag;
    this.standing = "anchored";
  }

  private write(frame: Frame<MessagesFrame>): void {
    const { wakes } = this;
    try {
      // A wake that came before the false counts, or it would be lost.
      this.isFull = !this.options.sink.write(frame) && wakes === this.wakes;
    } catch (error) {
      this.fail(error, "write to");
    }
    if (this.isFull) this.stepOff();
  }

  /** Holds nothing while the sink is full, and reads less at once when it could not take what was read. */
  private stepOff(): void {
    const fewest = Math.min(fewestAtOnce, this.parts.pageEvents);
    if (this.page) this.pageEvents = Math.max(fewest, Math.ceil(this.pageEvents / 2));
    this.page = undefined;
  }

  private wake(): void {
    this.wakes++;
    this.isFull = false;
    this.step();
  }

  private async recheckRights(): Promise<void> {
    await this.rights.recheck();
    this.step();
  }

  private run(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (error instanceof DialogueError) this.end(error);
      else this.fail(error, "serve");
    });
  }

  private fail(error: unknown, doing: string): void {
    const { tail } = this.options;
    this.parts.report(error, `${doing} a reader of room ${tail.roomId}`);
    this.end(
      new DialogueError("INTERNAL", `cannot read room ${tail.roomId}: the subscription failed`, { cause: error }),
    );
  }
}
