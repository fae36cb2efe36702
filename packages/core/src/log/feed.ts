import type { DialogueError } from "@dialogue/events";
import type { Detach, Frame, Sink, Source } from "./sink.ts";

/** Under this symbol a feed carries its source, so that a transport can attach a sink instead of iterating. */
export const attachable: unique symbol = Symbol.for("dialogue.attachable");

/** An AbortSignal, as much of it as is needed here. */
export interface Aborting {
  readonly aborted: boolean;
  addEventListener(type: "abort", listen: () => void): void;
  removeEventListener(type: "abort", listen: () => void): void;
}

/** A source as an async iterable. Each iteration attaches by itself, at its first `next`, and detaches when it ends. */
export interface Feed<Data> extends AsyncIterable<Frame<Data>> {
  readonly [attachable]: Source<Data>;
}

/**
 * Derives an iterable from a source. At most `limit` frames wait in it: then it is a full sink, and what comes of
 * the rest is the source's to say (a log keeps it, a roster sends its latest state). An abort, or `return`, detaches
 * and drops what waits; so does the source's refusal, which the next `next` rejects with.
 */
export function feed<Data>(
  source: Source<Data>,
  options: { readonly limit: number; readonly signal?: Aborting | undefined },
): Feed<Data> {
  return {
    [attachable]: source,
    [Symbol.asyncIterator]: () => new Iteration(source, options.limit, options.signal),
  };
}

interface Waiting<Data> {
  resolve(result: IteratorResult<Frame<Data>, undefined>): void;
  reject(error: DialogueError): void;
}

class Iteration<Data> implements AsyncIterableIterator<Frame<Data>, undefined>, Sink<Data> {
  private readonly source: Source<Data>;
  private readonly limit: number;
  private readonly signal: Aborting | undefined;
  private readonly abort = (): void => this.finish();
  private frames: Frame<Data>[] = [];
  private waiting: Waiting<Data>[] = [];
  private state: "new" | "open" | "ended" = "new";
  private refusal: DialogueError | undefined;
  private isFull = false;
  private wake: (() => void) | undefined;
  private detach: Detach | undefined;

  constructor(source: Source<Data>, limit: number, signal: Aborting | undefined) {
    this.source = source;
    this.limit = Math.max(1, limit);
    this.signal = signal;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Frame<Data>, undefined>> {
    if (this.state === "new") this.open();
    const frame = this.frames.shift();
    if (frame) {
      this.refill();
      return Promise.resolve({ done: false, value: frame });
    }
    if (this.state !== "ended") return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
    const { refusal } = this;
    this.refusal = undefined;
    return refusal ? Promise.reject(refusal) : Promise.resolve({ done: true, value: undefined });
  }

  async return(): Promise<IteratorResult<Frame<Data>, undefined>> {
    this.finish();
    return { done: true, value: undefined };
  }

  write(frame: Frame<Data>): boolean {
    if (this.state === "ended") return false;
    const next = this.waiting.shift();
    if (next) next.resolve({ done: false, value: frame });
    else this.frames.push(frame);
    this.isFull = this.frames.length >= this.limit;
    return !this.isFull;
  }

  onWritable(wake: () => void): void {
    this.wake = wake;
  }

  end(error?: DialogueError): void {
    if (this.state === "ended") return;
    if (error) this.frames = [];
    this.refusal = error;
    this.settle();
  }

  private open(): void {
    this.state = "open";
    if (this.signal?.aborted) {
      this.finish();
      return;
    }
    this.signal?.addEventListener("abort", this.abort);
    const detach = this.source.attach(this);
    // The source may have ended it at once.
    if (this.state === "open") this.detach = detach;
    else detach();
  }

  private refill(): void {
    // Half empty, not merely one short of full: a reader that steps off its tail for each frame is slow.
    if (!this.isFull || this.frames.length > this.limit / 2) return;
    this.isFull = false;
    this.wake?.();
  }

  private finish(): void {
    this.frames = [];
    this.refusal = undefined;
    this.settle();
  }

  private settle(): void {
    this.state = "ended";
    this.signal?.removeEventListener("abort", this.abort);
    this.detach?.();
    this.detach = undefined;
    this.wake = undefined;
    const [first, ...others] = this.waiting.splice(0);
    if (first && this.refusal) first.reject(this.refusal);
    else first?.resolve({ done: true, value: undefined });
    if (first) this.refusal = undefined;
    for (const other of others) other.resolve({ done: true, value: undefined });
  }
}
