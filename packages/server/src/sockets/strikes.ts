import type { Clock } from "@dialogue/core";

const minuteMs = 60_000;

/** Counts what a peer does wrong. */
export class Strikes {
  private readonly most: number;
  private since = 0;
  private count = 0;

  constructor(most: number) {
    this.most = most;
  }

  /** Counts one more; true when there were more than `most` in a minute. */
  add(clock: Clock): boolean {
    const now = clock.elapsed();
    if (this.count === 0 || now - this.since >= minuteMs) {
      this.since = now;
      this.count = 0;
    }
    return ++this.count > this.most;
  }
}
