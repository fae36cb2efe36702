import type { Clock } from "@dialogue/core";

/** What has something to flush. */
export interface Flushed {
  flush(): void;
}

/** So many sockets are written to before others have their turn. */
const socketsPerTurn = 512;
/** However long a round takes, the next one waits at most so many windows. */
const longestWindows = 4;
const nothing: Buffer = Buffer.alloc(0);

/**
 * Says when the sockets of one server write what waits in them: at the end of the turn after a pause, and at most once
 * in `windowMs` under load, so that what comes within it leaves in one write. A server that takes longer than that to
 * write waits as long as it took, up to four times as long: half its time is left for what there is to write.
 */
export class Flusher {
  private readonly clock: Clock;
  private readonly windowMs: number;
  private dirty: Flushed[] = [];
  private isScheduled = false;
  private begunAt = 0;
  private flushedAt = Number.NEGATIVE_INFINITY;
  /** How long the next round waits after the last. */
  private waitMs = 0;
  private parts: readonly Buffer[] = [];
  private joined = nothing;

  constructor(clock: Clock, windowMs: number) {
    this.clock = clock;
    this.windowMs = windowMs;
  }

  /** To be flushed once. */
  add(flushed: Flushed): void {
    this.dirty.push(flushed);
    if (!this.isScheduled) this.schedule();
  }

  /** Several buffers as one; sockets that got the same frames share the result while a flush lasts. */
  join(parts: readonly Buffer[]): Buffer {
    const [only] = parts;
    if (only && parts.length === 1) return only;
    if (!isSame(parts, this.parts)) {
      this.parts = parts;
      this.joined = Buffer.concat(parts);
    }
    return this.joined;
  }

  /** Those that get dirty while a round lasts are the next round's, or there would never be a pause between two. */
  private flush(): void {
    const round = this.dirty;
    this.begunAt = this.clock.elapsed();
    this.dirty = [];
    this.flushFrom(round, 0);
  }

  private flushFrom(round: readonly Flushed[], start: number): void {
    const end = Math.min(round.length, start + socketsPerTurn);
    for (const flushed of round.slice(start, end)) flushed.flush();
    if (end < round.length) this.clock.soon(() => this.flushFrom(round, end));
    else this.finish();
  }

  private finish(): void {
    this.isScheduled = false;
    this.flushedAt = this.clock.elapsed();
    const tookMs = this.flushedAt - this.begunAt;
    this.waitMs = Math.min(Math.max(this.windowMs, tookMs), longestWindows * this.windowMs);
    this.parts = [];
    this.joined = nothing;
    if (this.dirty.length > 0) this.schedule();
  }

  private schedule(): void {
    this.isScheduled = true;
    const waitMs = this.flushedAt + this.waitMs - this.clock.elapsed();
    if (waitMs > 0) this.clock.after(waitMs, () => this.flush());
    else this.clock.soon(() => this.flush());
  }
}

function isSame(left: readonly Buffer[], right: readonly Buffer[]): boolean {
  return left.length === right.length && left.every((each, index) => each === right[index]);
}
