import { attachable, type Frame, feed, type Source } from "@dialogue/core";
import type { Limits } from "@dialogue/events";
import type { Following } from "../context.ts";
import type { Faults } from "./faults.ts";

/**
 * What a subscription answers: an async iterable for every adapter, with the source under `attachable` for a
 * transport that would rather push.
 */
export interface Stream<Data, Item> extends AsyncIterable<Item, void> {
  readonly [attachable]: Source<Data>;
}

/** Streams a source for as long as its follower is connected; ends the following when the iteration ends. */
export function createStream<Data, Item>(options: {
  readonly source: Source<Data>;
  readonly following: Following;
  readonly signal: AbortSignal | undefined;
  readonly limits: Limits;
  readonly faults: Faults;
  readonly itemOf: (frame: Frame<Data>) => Item;
}): Stream<Data, Item> {
  const { source, following, signal, faults, itemOf } = options;
  const signals = signal ? [signal, following.signal] : [following.signal];
  // A stream that is abandoned before its first turn has no other end than this.
  signal?.addEventListener("abort", following.end, { once: true });

  async function* iterate(): AsyncGenerator<Item, void> {
    try {
      for await (const frame of feed(source, { signal: AbortSignal.any(signals), limit: options.limits.feedFrames })) {
        yield itemOf(frame);
      }
      // Ended from the server's side: an abort tells the client to come back, where an end would be final.
      following.signal.throwIfAborted();
    } catch (error) {
      following.signal.throwIfAborted();
      throw faults.toTrpc(error);
    } finally {
      following.end();
    }
  }

  return { [attachable]: source, [Symbol.asyncIterator]: iterate };
}
