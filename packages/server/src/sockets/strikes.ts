import type { Clock } from "@dialogue/core";

const minuteMs = 60_000;

/** Counts what a peer does wrong. */
export class Strikes {
  private readonly clock: Clock;
  private readonly most: number;
  private since = Number.NEGATIVE_INFINITY;
  private count = 0;

  constructor(clock: Clock, most: number) {
    this.clock = clock;
    this.most = most;
  }

  /** Counts one more; true when there were more than `most` in a minute. */
  add(): boolean {
    const now = this.clock.elapsed();
    if (now - this.since >= minuteMs) {
      this.since = now;
      this.count = 0;
    }
    return ++this.count > this.most;
  }
}
