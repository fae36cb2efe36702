import { type Cursor, DialogueError, type DurableEnvelope, type MessagesFrame, parseCursor } from "@dialogue/events";
import type { Clock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { type Follow, follow } from "./follow.ts";

/** The stream cannot go on from where it was: what was built from it is void. */
export type Reset = Extract<MessagesFrame, { readonly type: "reset" }>;

export interface LogStreamOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly random: () => number;
  readonly roomId: string;
  /** Where to begin; where the room begins by itself for undefined. */
  readonly from?: Cursor | undefined;
  /** Once, first of all: what is replayed ends at `head`, beginning after `start`. */
  ready(start: number, head: number): void;
  /** Each durable event once, in order; undefined for one without data: erased, or not to be read as today. */
  passed(seq: number, event: DurableEnvelope | undefined): void;
  /** Events that were passed have lost their data since. */
  redacted(seqs: readonly number[]): void;
  reset(reset: Reset): void;
  /** Each frame that is not a repeat, and the place after it, before it is told as anything else. */
  frame(frame: MessagesFrame, cursor: Cursor): void;
  /** The server broke its promise: an event came too early, or again. */
  fault(): void;
  refused(error: DialogueError): void;
  report(error: unknown): void;
}

type Redaction = Extract<MessagesFrame, { readonly type: "redaction" }>;
type Passing = Extract<MessagesFrame, { readonly event: unknown }>;

interface Tracked {
  readonly id: Cursor;
  readonly data: MessagesFrame;
}

const againMs = 250;
const againLongestMs = 30_000;

/**
 * The durable events of a room, contiguous from end to end. A frame that comes too early, or again, is a fault: it is
 * reported, and the stream asked for anew from the last good cursor, where the server tells whether that still stands.
 */
export function streamLog(options: LogStreamOptions): Follow {
  const { roomId } = options;
  let cursor = options.from;
  let last: number | undefined;
  let faults = 0;

  function begin(id: Cursor, head: Cursor): boolean {
    const start = seqOf(id);
    if (start !== (last ?? (cursor === undefined ? start : seqOf(cursor)))) return false;
    options.frame({ type: "ready", head }, id);
    if (last === undefined) {
      last = start;
      options.ready(start, seqOf(head));
    }
    return true;
  }

  function pass(id: Cursor, frame: Passing): boolean {
    const { seq } = frame.event;
    if (last === undefined || seq !== last + 1) return false;
    last = seq;
    faults = 0;
    options.frame(frame, id);
    options.passed(seq, frame.type === "event" ? frame.event : undefined);
    return true;
  }

  function reset(id: Cursor, frame: Reset): boolean {
    const isFirst = last === undefined;
    last = seqOf(frame.head);
    // A place to begin from that does not stand any more: nothing is replayed.
    if (isFirst) options.ready(last, last);
    options.frame(frame, id);
    options.reset(frame);
    return true;
  }

  function redact(id: Cursor, frame: Redaction): boolean {
    if (last === undefined || seqOf(id) !== last) return false;
    options.frame(frame, id);
    options.redacted(frame.seqs);
    return true;
  }

  function take({ id, data: frame }: Tracked): boolean {
    switch (frame.type) {
      case "ready":
        return begin(id, frame.head);
      case "event":
      case "redacted":
      case "unreadable":
        return pass(id, frame);
      case "redaction":
        return redact(id, frame);
      case "reset":
        return reset(id, frame);
      default:
        // Of a newer server. What moves no place can be done without; anything else must not be passed over.
        return seqOf(id) === last;
    }
  }

  const stream = follow({
    ...options,
    path: "messages",
    input: () => (cursor === undefined ? { roomId } : { roomId, cursor }),
    data(value) {
      const tracked = value as Tracked; // what the server's `messages` yields, by its contract
      if (take(tracked)) {
        cursor = tracked.id;
      } else {
        const message = `cannot follow ${roomId}: ${tracked.id} came after ${last ?? "nothing"}; asking again`;
        options.fault();
        options.report(new DialogueError("INTERNAL", message));
        stream.restart(options.random() * Math.min(againLongestMs, againMs * 2 ** faults++));
      }
    },
    refused: options.refused,
  });
  return stream;
}

function seqOf(cursor: Cursor): number {
  return parseCursor(cursor)?.seq ?? 0;
}
