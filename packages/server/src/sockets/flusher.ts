import type { Clock } from "@dialogue/core";

/** What has something to flush. */
export interface Flushed {
  flush(): void;
}

/** So many sockets are written to before others have their turn. */
const socketsPerTurn = 512;

/**
 * Says when the sockets of one server write what waits in them: at the end of the turn after a pause, and at most once
 * in `windowMs` under load, so that what comes within it leaves in one write.
 */
export class Flusher {
  private readonly clock: Clock;
  private readonly windowMs: number;
  private dirty: Flushed[] = [];
  private isScheduled = false;
  private flushedAt = Number.NEGATIVE_INFINITY;
  private parts: readonly Buffer[] = [];
  private joined: Buffer = Buffer.alloc(0);

  constructor(clock: Clock, windowMs: number) {
    this.clock = clock;
    this.windowMs = windowMs;
  }

  /** To be flushed once. */
  add(flushed: Flushed): void {
    this.dirty.push(flushed);
    if (this.isScheduled) return;
    this.isScheduled = true;
    const waitMs = this.flushedAt + this.windowMs - this.clock.elapsed();
    if (waitMs > 0) this.clock.after(waitMs, () => this.flush());
    else this.clock.soon(() => this.flush());
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

  private flush(): void {
    const now = this.dirty.splice(0, socketsPerTurn);
    for (const flushed of now) flushed.flush();
    if (this.dirty.length > 0) {
      this.clock.soon(() => this.flush());
      return;
    }
    this.isScheduled = false;
    this.flushedAt = this.clock.elapsed();
    this.parts = [];
    this.joined = Buffer.alloc(0);
  }
}

function isSame(left: readonly Buffer[], right: readonly Buffer[]): boolean {
  return left.length === right.length && left.every((each, index) => each === right[index]);
}
