import type { Cursor, DialogueError } from "@dialogue/events";

/**
 * What a subscription yields once. One object per event for all subscribers of a room, so that a transport
 * can encode it once and share the bytes.
 */
export interface Frame<Data> {
  /** Where a resume goes on; only durable frames have it. */
  readonly cursor?: Cursor;
  readonly data: Data;
  /** The event was made by a newer version of its definition than this node knows. For the node's own use. */
  readonly isNewer?: boolean;
}

/**
 * Where a transport takes frames. Calls are synchronous and cheap.
 * 1. write answers false when the sink is full: the frame was taken, and no more may come until `onWritable` calls back.
 * 2. onWritable is given once, at attach. It calls back after a false, when there is room again, and never inside a write.
 * 3. end is the last call: with an error for a refusal, without one when there is no more to come.
 */
export interface Sink<Data> {
  write(frame: Frame<Data>): boolean;
  onWritable(wake: () => void): void;
  end(error?: DialogueError): void;
}

/** Ends an attachment; safe to call twice. The sink's `end` is not called for it. */
export type Detach = () => void;

/** Something that sinks can be attached to, each on its own. Nothing is held before the first attach. */
export interface Source<Data> {
  attach(sink: Sink<Data>): Detach;
}
