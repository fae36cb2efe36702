import type { MessagesFrame, Position } from "@dialogue/events";
import type { Clock } from "../clock.ts";
import type { StoredEvent } from "../ports/event-log.ts";
import { type Entry, entryOf, frameOf, redactedCopy } from "./entry.ts";
import type { Frame } from "./sink.ts";

/** How much a ring may hold; it always holds the newest event. */
export interface RingBounds {
  readonly events: number;
  readonly bytes: number;
}

interface Kept extends Entry {
  readonly bytes: number;
  readonly keptAt: number;
}

/**
 * The newest events of a room, without a hole: those in (low, high]. It keeps payloads; a frame made from one
 * lives until the end of the turn's deliveries, or the encoded copies that hang on it would double the ring.
 */
export class Ring {
  private readonly bounds: RingBounds;
  private readonly clock: Clock;
  private readonly isDelivering: () => boolean;
  private kept: Kept[] = [];
  private bytes = 0;
  private low: Position = { seq: 0, tag: "" };
  private warm: Entry[] = [];
  private isCooling = false;

  constructor(bounds: RingBounds, clock: Clock, isDelivering: () => boolean) {
    this.bounds = bounds;
    this.clock = clock;
    this.isDelivering = isDelivering;
  }

  /** Empties it; the next event pushed is the one after `low`. */
  reset(low: Position): void {
    this.kept = [];
    this.bytes = 0;
    this.low = low;
    this.warm = [];
  }

  /** Takes the event after the last. What no longer fits leaves at the low end. */
  push(stored: StoredEvent, bytes: number): void {
    this.kept.push({ ...entryOf(stored), bytes, keptAt: this.clock.elapsed() });
    this.bytes += bytes;
    while (this.kept.length > 1 && (this.kept.length > this.bounds.events || this.bytes > this.bounds.bytes))
      this.dropOldest();
  }

  /** Drops what was kept before that time, in monotonic milliseconds. */
  dropBefore(elapsed: number): void {
    while (this.kept[0] && this.kept[0].keptAt < elapsed) this.dropOldest();
  }

  /** The entry of that event, where it is held. */
  at(seq: number): Entry | undefined {
    return this.kept[seq - this.low.seq - 1];
  }

  /** The tag at a place, where the ring knows it. */
  tagAt(seq: number): string | undefined {
    return seq === this.low.seq ? this.low.tag : this.at(seq)?.tag;
  }

  /** The frame of one of its entries: the same object for all who ask in one turn or one delivery. */
  frameOf(entry: Entry): Frame<MessagesFrame> {
    return entry.frame ?? this.warmUp(entry);
  }

  /** Forgets the content of an event. */
  redact(seq: number): void {
    const index = seq - this.low.seq - 1;
    const kept = this.kept[index];
    if (!kept) return;
    this.kept[index] = { ...kept, stored: redactedCopy(kept.stored), frame: undefined };
  }

  private warmUp(entry: Entry): Frame<MessagesFrame> {
    this.warm.push(entry);
    if (!this.isCooling) this.coolSoon();
    return frameOf(entry);
  }

  private coolSoon(): void {
    this.isCooling = true;
    this.clock.soon(() => {
      if (this.isDelivering()) this.coolSoon();
      else this.cool();
    });
  }

  private cool(): void {
    this.isCooling = false;
    for (const entry of this.warm) entry.frame = undefined;
    this.warm = [];
  }

  private dropOldest(): void {
    const oldest = this.kept.shift();
    if (!oldest) return;
    this.bytes -= oldest.bytes;
    this.low = { seq: oldest.seq, tag: oldest.tag };
  }
}
