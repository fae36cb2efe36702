import type { Socket } from "node:net";

/** What a proxy does to bytes at present. */
export interface Conditions {
  isPaused: boolean;
  delayMs: number;
  lagTurns: number;
  bytesPerSecond: number;
}

/** One direction of a connection: what comes first leaves first, whatever the conditions do meanwhile. */
export interface Lane {
  /** The conditions have changed. */
  look(): void;
  close(): void;
}

interface Chunk {
  readonly bytes: Buffer;
  readonly due: number;
  turnsLeft: number;
}

/** Bytes that may wait here; beyond it the sender waits, as on a slow network. */
const mostWaiting = 1024 * 1024;

export function createLane(options: {
  readonly from: Socket;
  readonly conditions: Conditions;
  /** How many turns of the event loop a chunk that comes now waits. */
  readonly turns: () => number;
  readonly pass: (bytes: Buffer) => void;
}): Lane {
  const { from, conditions, turns, pass } = options;
  const waiting: Chunk[] = [];
  let bytesWaiting = 0;
  /** When the line is free again for a chunk behind those that wait. */
  let freeAt = 0;
  let timer: NodeJS.Timeout | undefined;

  from.on("data", (bytes) => {
    const chunk: Chunk = { bytes, due: dueOf(bytes.length), turnsLeft: turns() };
    waiting.push(chunk);
    bytesWaiting += bytes.length;
    if (bytesWaiting > mostWaiting) from.pause();
    if (chunk.turnsLeft > 0) setImmediate(turn, chunk);
    look();
  });

  function dueOf(length: number): number {
    const now = performance.now();
    freeAt = Math.max(freeAt, now) + (1_000 * length) / conditions.bytesPerSecond;
    return Math.max(freeAt, now + conditions.delayMs);
  }

  function turn(chunk: Chunk): void {
    chunk.turnsLeft--;
    if (chunk.turnsLeft > 0) setImmediate(turn, chunk);
    else look();
  }

  function look(): void {
    clearTimeout(timer);
    for (let [chunk] = waiting; chunk && !conditions.isPaused && chunk.turnsLeft === 0; [chunk] = waiting) {
      const waitMs = chunk.due - performance.now();
      if (waitMs > 0) {
        timer = setTimeout(look, waitMs);
        return;
      }
      waiting.shift();
      bytesWaiting -= chunk.bytes.length;
      pass(chunk.bytes);
    }
    if (bytesWaiting <= mostWaiting) from.resume();
  }

  return {
    look,
    close() {
      clearTimeout(timer);
      waiting.length = 0;
    },
  };
}
