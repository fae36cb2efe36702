import type { Bell } from "../ports/backplane.ts";
import type { StoredEvent } from "../ports/event-log.ts";
import { redactedCopy, weigh } from "./entry.ts";
import type { RingBounds } from "./ring.ts";

/** An event that waits for those before it. */
export interface Candidate {
  readonly stored: StoredEvent;
  readonly previousTag: string;
  /** What it takes in memory, by `weigh`. */
  readonly bytes: number;
}

/**
 * What a tail has heard of beyond its position. `known` is evidence that the log goes that far. Payloads that
 * do not fit are dropped and their evidence kept: the log has them.
 */
export class Pending {
  private readonly bounds: RingBounds;
  private readonly isToday: (event: StoredEvent) => boolean;
  // undefined: that bell was heard, and its payload cannot be had from it.
  private readonly heard = new Map<number, Candidate | undefined>();
  private bytes = 0;
  private distrustedThrough = 0;
  /** The greatest seq that anyone spoke of. */
  known = 0;

  constructor(bounds: RingBounds, isToday: (event: StoredEvent) => boolean) {
    this.bounds = bounds;
    this.isToday = isToday;
  }

  /** Takes what a bell says. Two that disagree about an event cancel each other; the event at `next` always fits. */
  hear(bell: Bell, roomId: string, next: number): void {
    this.known = Math.max(this.known, bell.seq);
    if (this.heard.has(bell.seq)) {
      if (this.heard.get(bell.seq)?.stored.tag !== bell.tag) this.distrust(bell.seq);
      return;
    }
    if (this.heard.size >= this.bounds.events && bell.seq !== next) return;
    const candidate = this.candidateOf(bell, roomId);
    const fits = bell.seq === next || this.bytes + (candidate?.bytes ?? 0) <= this.bounds.bytes;
    this.put(bell.seq, fits ? candidate : undefined);
  }

  /** Takes what the log says, which beats every bell. */
  read(stored: StoredEvent, previousTag: string): void {
    this.put(stored.seq, { stored, previousTag, bytes: weigh(stored) });
  }

  at(seq: number): Candidate | undefined {
    return this.heard.get(seq);
  }

  /** True when the event's own bell has come and brought no payload that may be used. */
  mustRead(seq: number): boolean {
    return this.heard.has(seq) && this.heard.get(seq) === undefined;
  }

  /** No payload that a bell brings, or brought, for this event may be used. */
  distrust(seq: number): void {
    this.known = Math.max(this.known, seq);
    this.put(seq, undefined);
    if (this.heard.size <= 2 * this.bounds.events) return;
    this.heard.clear();
    this.bytes = 0;
    this.distrustedThrough = this.known;
  }

  /** Forgets the content of an event, and what bells may still say of it. */
  redact(seq: number): void {
    const waiting = this.heard.get(seq);
    if (waiting) this.put(seq, { ...waiting, stored: redactedCopy(waiting.stored) });
    else this.distrust(seq);
  }

  drop(seq: number): void {
    this.bytes -= this.heard.get(seq)?.bytes ?? 0;
    this.heard.delete(seq);
  }

  dropThrough(seq: number): void {
    for (const heard of [...this.heard.keys()]) if (heard <= seq) this.drop(heard);
  }

  /** The log ends at `last`: evidence up to `upTo` is void. */
  lower(upTo: number, last: number): void {
    if (this.known <= upTo) this.known = last;
    for (const heard of [...this.heard.keys()]) if (heard > last && heard <= upTo) this.drop(heard);
  }

  clear(): void {
    this.heard.clear();
    this.bytes = 0;
    this.known = 0;
    this.distrustedThrough = 0;
  }

  private put(seq: number, candidate: Candidate | undefined): void {
    this.drop(seq);
    this.heard.set(seq, candidate);
    this.bytes += candidate?.bytes ?? 0;
  }

  private candidateOf(bell: Bell, roomId: string): Candidate | undefined {
    const stored = payloadOf(bell, roomId);
    // One of another version is read from the log, where it is made today's.
    if (!stored || bell.seq <= this.distrustedThrough || !this.isToday(stored)) return undefined;
    return { stored, previousTag: bell.previousTag, bytes: weigh(stored) };
  }
}

// What comes over a network is a hint: a payload that is not the event its bell names is no payload.
function payloadOf({ seq, tag, event }: Bell, roomId: string): StoredEvent | undefined {
  if (!event || event.seq !== seq || event.tag !== tag || event.roomId !== roomId) return undefined;
  return event;
}
