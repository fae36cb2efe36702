import type { Position } from "@dialogue/events";
import type { EventLog, ReadResult } from "../ports/event-log.ts";
import { type Entry, entryOf } from "./entry.ts";
import { createGate } from "./gate.ts";
import type { Retry } from "./retry.ts";

/** A stretch of a room's log as one read found it, shared by all who wanted it at that moment. */
export interface Page {
  /** When its read began: 1, 2, 3 … over all reads of the node. */
  readonly began: number;
  readonly floor: Position;
  /** The seq of the last event found, or of the floor. */
  readonly last: number;
  /** The tag at a place: undefined where this read found nothing. */
  tagAt(seq: number): string | undefined;
  entryAt(seq: number): Entry | undefined;
}

/** Reads of the log on behalf of readers that are behind. */
export interface Pages {
  /** How many reads have begun so far. A page with a greater number was read after that was asked. */
  readonly begun: number;
  /**
   * The page of `size` events that holds both the place `seq` and the event after it. Pages are aligned, and
   * one that is being read is read once for all. Undefined once the node has closed.
   */
  read(roomId: string, seq: number, size: number): Promise<Page | undefined>;
  /** What is being read of the room is for those who have asked: whoever asks from now on gets it as it is now. */
  outdate(roomId: string): void;
}

/** How many pages a node reads at once; the rest wait. Bounds the memory of a herd that comes back. */
const readsAtOnce = 8;

export function createPages(log: EventLog, retry: Retry, isClosed: () => boolean): Pages {
  const reading = new Map<string, Map<string, Promise<Page | undefined>>>();
  const gate = createGate(readsAtOnce);
  let begun = 0;

  async function readOne(roomId: string, first: number, size: number): Promise<Page> {
    const began = ++begun;
    // One more than asked for: the event at the place itself, whose tag proves that the log is still the one that was read.
    const range = { after: Math.max(0, first - 1), upTo: first + size, limit: size + 1 };
    return pageOf(began, await log.read(roomId, range));
  }

  async function begin(key: string, roomId: string, first: number, size: number): Promise<Page | undefined> {
    const ask = () => readOne(roomId, first, size);
    const page = retry({ doing: `read room ${roomId}`, ask, isOver: isClosed, gate });
    const ofRoom = reading.get(roomId) ?? new Map<string, Promise<Page | undefined>>();
    reading.set(roomId, ofRoom.set(key, page));
    const found = await page;
    ofRoom.delete(key);
    if (ofRoom.size === 0 && reading.get(roomId) === ofRoom) reading.delete(roomId);
    return found;
  }

  return {
    get begun() {
      return begun;
    },
    read(roomId, seq, size) {
      const first = seq - (seq % size);
      const key = `${first} ${size}`;
      return reading.get(roomId)?.get(key) ?? begin(key, roomId, first, size);
    },
    outdate: (roomId) => void reading.delete(roomId),
  };
}

function pageOf(began: number, { events, floor }: ReadResult): Page {
  const entries = events.map(entryOf);
  const first = entries[0]?.seq ?? 0;
  const entryAt = (seq: number): Entry | undefined => {
    const entry = entries[seq - first];
    return entry?.seq === seq ? entry : undefined;
  };
  const last = entries.at(-1)?.seq ?? floor.seq;
  return { began, floor, last, entryAt, tagAt: (seq) => (seq === floor.seq ? floor.tag : entryAt(seq)?.tag) };
}
