import { attachable, type Frame, feed, type Source } from "@dialogue/core";
import { DialogueError, type Limits } from "@dialogue/events";
import type { Following } from "../context.ts";
import type { Faults } from "./faults.ts";

/**
 * What a subscription answers: an async iterable for every adapter, with the source under `attachable` for a
 * transport that would rather push.
 */
export interface Stream<Data, Yield> extends AsyncIterable<Yield, void> {
  readonly [attachable]: Source<Data>;
}

/** Streams a source for as long as its follower is connected; ends the following when the iteration ends. */
export function createStream<Data, Yield>(options: {
  readonly source: Source<Data>;
  readonly following: Following;
  readonly signal: AbortSignal | undefined;
  readonly limits: Limits;
  readonly faults: Faults;
  readonly yieldOf: (frame: Frame<Data>) => Yield;
}): Stream<Data, Yield> {
  const { source, following, signal, limits, faults, yieldOf } = options;
  // A stream that is abandoned before its first turn has no other end than this. On a socket there is nothing to end.
  if (following.signal) signal?.addEventListener("abort", following.end, { once: true });

  function throwIfEnded(): void {
    if (!following.signal?.aborted) return;
    const { reason } = following.signal;
    // An AbortError ends an event stream without a word, so that its client comes back; an end would be final.
    throw reason instanceof DialogueError ? faults.toTrpc(reason) : reason;
  }

  async function* iterate(): AsyncGenerator<Yield, void> {
    const signals = [signal, following.signal].filter((each) => each !== undefined);
    const frames = feed(source, { signal: AbortSignal.any(signals), limit: limits.feedFrames });
    try {
      for await (const frame of frames) {
        yield yieldOf(frame);
      }
    } catch (error) {
      throwIfEnded();
      throw faults.toTrpc(error);
    } finally {
      following.end();
    }
    throwIfEnded();
  }

  return { [attachable]: source, [Symbol.asyncIterator]: iterate };
}
