import { closeCodes } from "@dialogue/events";
import type { Clock } from "./clock.ts";

/** When a lost connection is tried again. */
export interface Pace {
  /** Milliseconds to wait before the next try; the first of all waits for nothing. */
  next(): number;
  /** Milliseconds that even news of a better network does not shorten. */
  floor(): number;
  /** A socket was accepted. */
  opened(): void;
  /** The server has welcomed this client. */
  welcomed(): void;
  /** A socket was lost, or could not be opened. */
  lost(code: number | undefined): void;
}

const firstMs = 1_000;
const longestMs = 30_000;
const restartMs = 10_000;
/** A connection that lived this long clears what failed before it; a server that accepts and closes never does. */
const soundMs = 5_000;
const opensInWindow = 5;
const windowMs = 30_000;

/** "Service restart": what some proxies say where Dialogue says DRAIN. */
const serviceRestart = 1012;

/**
 * Full jitter: uniform from 0 to a bound that starts at one second (ten where the server says that it restarts)
 * and doubles to thirty. However the dice fall, no more than five sockets are opened in any 30 seconds.
 */
export function createPace(clock: Clock, random: () => number): Pace {
  const opens: number[] = [];
  let isFirst = true;
  let failures = -1;
  let welcomedAt: number | undefined;
  let isRestart = false;

  function floor(): number {
    const oldest = opens[opens.length - opensInWindow];
    return oldest === undefined ? 0 : Math.max(0, oldest + windowMs - clock.elapsed());
  }

  return {
    floor,
    next() {
      if (isFirst) {
        isFirst = false;
        return 0;
      }
      const bound = isRestart ? restartMs : Math.min(longestMs, firstMs * 2 ** Math.max(0, failures));
      return Math.max(floor(), random() * bound);
    },
    opened() {
      opens.push(clock.elapsed());
      if (opens.length > opensInWindow) opens.shift();
    },
    welcomed() {
      welcomedAt = clock.elapsed();
    },
    lost(code) {
      const wasSound = welcomedAt !== undefined && clock.elapsed() - welcomedAt >= soundMs;
      welcomedAt = undefined;
      failures = wasSound ? 0 : failures + 1;
      isRestart = failures === 0 && (code === closeCodes.DRAIN || code === serviceRestart);
    },
  };
}
