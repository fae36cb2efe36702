import type { Cancel, Clock } from "@dialogue/core";

/** Asks a silent peer for a sign of life, and gives it up when none comes. */
export class KeepAlive {
  private readonly options: {
    readonly clock: Clock;
    readonly pingMs: number;
    readonly pongMs: number;
    readonly ping: () => void;
    readonly lost: () => void;
  };
  private heardAt: number;
  private isAsked = false;
  private cancel: Cancel;

  constructor(options: KeepAlive["options"]) {
    this.options = options;
    this.heardAt = options.clock.elapsed();
    this.cancel = this.wait(options.pingMs);
  }

  /** The peer has said something. */
  hear(): void {
    this.heardAt = this.options.clock.elapsed();
    if (!this.isAsked) return;
    this.isAsked = false;
    this.cancel();
    this.cancel = this.wait(this.options.pingMs);
  }

  end(): void {
    this.cancel();
  }

  // One timer for the whole silence: most messages only move the time at which it looks again.
  private look(): void {
    const { clock, pingMs, pongMs, ping, lost } = this.options;
    if (this.isAsked) return lost();
    const restMs = this.heardAt + pingMs - clock.elapsed();
    if (restMs > 0) {
      this.cancel = this.wait(restMs);
      return;
    }
    this.isAsked = true;
    this.cancel = this.wait(pongMs);
    ping();
  }

  private wait(ms: number): Cancel {
    return this.options.clock.after(ms, () => this.look());
  }
}
