import type { Duplex } from "node:stream";
import type { Cancel, Clock } from "@dialogue/core";
import { closeCodes, type Limits } from "@dialogue/events";
import type { Flusher } from "./flusher.ts";

/** What all outlets of a server share. */
export interface OutletParts {
  readonly flusher: Flusher;
  readonly clock: Clock;
  readonly limits: Pick<Limits, "sendPauseBytes" | "sendKillBytes" | "sendStuckMs">;
}

/** What is closed when the reader at the other end is too slow. */
interface Closing {
  close(code: number, reason: string): void;
}

/** A write of less than this part of `sendPauseBytes` leaves room enough for every source, even if it does not leave at once. */
const unheardShare = 8;

interface Held {
  readonly below: number;
  readonly wake: () => void;
}

/**
 * The way out of one socket. Frames wait for the next flush and leave in one write, in order. What waits here and what
 * waits in the socket count together: past `sendPauseBytes` sources are held back, past `sendKillBytes`, or when they
 * have been held back for `sendStuckMs`, the reader is given up.
 */
export class Outlet {
  private readonly raw: Duplex;
  private readonly socket: Closing;
  private readonly parts: OutletParts;
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  /** What the socket had not sent when it was last looked at: a look costs more than all else about a frame. */
  private unsentBytes = 0;
  private isListed = false;
  private hasEnded = false;
  private held: Held[] = [];
  private cancelStuck: Cancel | undefined;
  private written: (() => void) | undefined;

  constructor(raw: Duplex, socket: Closing, parts: OutletParts) {
    this.raw = raw;
    this.socket = socket;
    this.parts = parts;
  }

  get isOpen(): boolean {
    return !this.hasEnded;
  }

  /** Bytes that have not left yet. */
  get buffered(): number {
    return this.waitingBytes + this.unsentBytes;
  }

  /** Takes a frame; drops it once the socket is closing. */
  post(frame: Buffer): void {
    if (this.hasEnded) return;
    const { limits, flusher } = this.parts;
    if (this.buffered > limits.sendKillBytes) return this.giveUp();
    this.waiting.push(frame);
    this.waitingBytes += frame.length;
    if (this.waitingBytes >= limits.sendPauseBytes) return this.write();
    if (this.isListed) return;
    this.isListed = true;
    flusher.add(this);
  }

  /** Writes what waits. */
  flush(): void {
    this.isListed = false;
    this.write();
  }

  /** Calls back once, in a later turn, when fewer bytes wait. Never after the end. */
  hold(below: number, wake: () => void): void {
    if (this.hasEnded) return;
    this.held.push({ below, wake });
    const { clock, limits } = this.parts;
    if (this.buffered < limits.sendPauseBytes) return;
    this.cancelStuck ??= clock.after(limits.sendStuckMs, () => this.giveUp());
  }

  /** Takes nothing more, and drops what waits. */
  end(): void {
    this.hasEnded = true;
    this.waiting = [];
    this.waitingBytes = 0;
    this.held = [];
    this.cancelStuck?.();
  }

  private write(): void {
    if (this.waitingBytes === 0) return;
    const { flusher, limits } = this.parts;
    const { raw } = this;
    const bytes = flusher.join(this.waiting);
    this.waiting = [];
    this.waitingBytes = 0;
    if (!raw.writable) return;
    // Most writes are done when the call returns, and to be told so costs more than to look. What may leave somebody
    // held back is told of: more than a little, or after something that has not left.
    if (this.unsentBytes === 0 && bytes.length < limits.sendPauseBytes / unheardShare) raw.write(bytes);
    else {
      this.written ??= () => this.release();
      raw.write(bytes, this.written);
    }
    this.unsentBytes = raw.writableLength;
  }

  private release(): void {
    this.unsentBytes = this.raw.writableLength;
    if (this.held.length === 0) return;
    const { buffered } = this;
    if (buffered < this.parts.limits.sendPauseBytes / 2) {
      this.cancelStuck?.();
      this.cancelStuck = undefined;
    }
    const due = this.held.filter(({ below }) => buffered < below);
    if (due.length === 0) return;
    this.held = this.held.filter(({ below }) => buffered >= below);
    for (const { wake } of due) wake();
  }

  private giveUp(): void {
    this.end();
    this.socket.close(closeCodes.SLOW, "the reader is too slow");
  }
}
