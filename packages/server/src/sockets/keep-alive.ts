import type { Cancel, Clock } from "@dialogue/core";
import type { Limits } from "@dialogue/events";

/** Who is to be heard of. */
export interface Peer {
  /** Looks whether there is still something to be connected for: at least every `pingMs`. */
  review(): void;
  /** Asks for a sign of life. */
  ask(): void;
  /** There was none. */
  lose(): void;
}

/** Asks a silent peer for a sign of life, and gives it up when none comes. */
export class KeepAlive {
  private readonly peer: Peer;
  private readonly clock: Clock;
  private readonly limits: Pick<Limits, "pingMs" | "pongMs">;
  private heardAt: number;
  private isAsked = false;
  private cancel: Cancel;

  constructor(peer: Peer, clock: Clock, limits: Pick<Limits, "pingMs" | "pongMs">) {
    this.peer = peer;
    this.clock = clock;
    this.limits = limits;
    this.heardAt = clock.elapsed();
    this.cancel = this.wait(limits.pingMs);
  }

  /** The peer has said something. */
  hear(): void {
    this.heardAt = this.clock.elapsed();
    if (!this.isAsked) return;
    this.isAsked = false;
    this.cancel();
    this.cancel = this.wait(this.limits.pingMs);
  }

  end(): void {
    this.cancel();
  }

  // One timer for the whole silence: most messages only move the time at which it looks again.
  private look(): void {
    const { pingMs, pongMs } = this.limits;
    if (this.isAsked) return this.peer.lose();
    this.peer.review();
    const restMs = this.heardAt + pingMs - this.clock.elapsed();
    if (restMs > 0) {
      this.cancel = this.wait(restMs);
      return;
    }
    this.isAsked = true;
    this.cancel = this.wait(pongMs);
    this.peer.ask();
  }

  private wait(ms: number): Cancel {
    return this.clock.after(ms, () => this.look());
  }
}
