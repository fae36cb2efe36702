import { attachable, type Frame, feed, type Sink, type Source } from "@dialogue/core";
import { DialogueError, type MessagesFrame } from "@dialogue/events";
import { expect, test } from "vitest";
import { World } from "./hub-world.ts";

/** A source whose sinks the test holds. */
class Tap implements Source<number> {
  readonly sinks: Sink<number>[] = [];
  readonly wakes: number[] = [];
  detached = 0;

  attach(sink: Sink<number>): () => void {
    const index = this.sinks.push(sink) - 1;
    sink.onWritable(() => this.wakes.push(index));
    return () => {
      this.detached++;
    };
  }

  get sink(): Sink<number> {
    const last = this.sinks.at(-1);
    if (!last) throw new Error("nothing is attached");
    return last;
  }
}

/** A source that, like a roster, sends only its latest state to a sink that was full. */
function latestOf(values: readonly number[]): Source<number> {
  return {
    attach(sink) {
      let isFull = false;
      sink.onWritable(() => {
        isFull = false;
        sink.write({ data: values.at(-1) ?? 0 });
      });
      for (const data of values) if (!isFull) isFull = !sink.write({ data });
      return () => undefined;
    },
  };
}

async function take<Data>(frames: AsyncIterator<Frame<Data>>, count: number): Promise<Data[]> {
  const taken: Data[] = [];
  while (taken.length < count) {
    const next = await frames.next();
    if (next.done) break;
    taken.push(next.value.data);
  }
  return taken;
}

test("a feed attaches at the first next, not when it is made, and each iteration by itself", async () => {
  const tap = new Tap();
  const made = feed(tap, { limit: 3 });
  const [one, two] = [made[Symbol.asyncIterator](), made[Symbol.asyncIterator]()];
  expect(tap.sinks.length).toBe(0);
  const [first, second] = [one.next(), two.next()];
  expect(tap.sinks.length).toBe(2);
  tap.sinks[0]?.write({ data: 1 });
  tap.sinks[1]?.write({ data: 2 });
  expect([(await first).value?.data, (await second).value?.data]).toEqual([1, 2]);
});

test("it carries its source, so that a transport may attach instead", () => {
  const tap = new Tap();
  expect(feed(tap, { limit: 1 })[attachable]).toBe(tap);
  expect(attachable).toBe(Symbol.for("dialogue.attachable"));
});

test("at most `limit` frames wait: then it is full, and wakes once half of them are gone", async () => {
  const tap = new Tap();
  const frames = feed(tap, { limit: 4 })[Symbol.asyncIterator]();
  const first = frames.next();
  expect([0, 1, 2, 3, 4].map((data) => tap.sink.write({ data }))).toEqual([true, true, true, true, false]);
  expect((await first).value?.data).toBe(0);
  expect(await take(frames, 1)).toEqual([1]);
  expect(tap.wakes).toEqual([]);
  expect(await take(frames, 1)).toEqual([2]);
  expect(tap.wakes).toEqual([0]);
});

test("a consumer that is slower than a room holds `limit` frames and loses none", async () => {
  const world = new World({ limits: { ringEvents: 5, readEvents: 5 } });
  let most = 0;
  let waiting = 0;
  const source: Source<number> = {
    attach: (sink) => {
      const counting: Sink<MessagesFrame> = {
        write: ({ data }) => {
          most = Math.max(most, ++waiting);
          return sink.write({ data: data.type === "event" ? data.event.seq : 0 });
        },
        onWritable: (wake) => sink.onWritable(wake),
        end: (error) => sink.end(error),
      };
      return world.hub.subscribe("room", { from: "head" }, counting, async () => true);
    },
  };
  const frames = feed(source, { limit: 10 })[Symbol.asyncIterator]();
  const ready = frames.next();
  await world.clock.advance(0);
  expect((await ready).value?.data).toBe(0);
  waiting = 0;
  world.appendMany(200);
  const seqs: number[] = [];
  while (seqs.length < 200) {
    const next = frames.next();
    await world.clock.advance(0);
    seqs.push((await next).value?.data ?? -1);
    waiting--;
  }
  expect(seqs).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
  // And the one that was handed to the consumer.
  expect(most).toBeLessThanOrEqual(11);
});

test("of what is not kept the latest state arrives after a full queue", async () => {
  const frames = feed(latestOf([1, 2, 3, 4, 5, 6]), { limit: 2 })[Symbol.asyncIterator]();
  expect(await take(frames, 3)).toEqual([1, 2, 6]);
});

test("the end of the source lets what waits be read; its refusal does not", async () => {
  for (const error of [undefined, new DialogueError("ROOM_NOT_FOUND", "cannot find room room")]) {
    const tap = new Tap();
    const frames = feed(tap, { limit: 4 })[Symbol.asyncIterator]();
    const first = frames.next();
    for (const data of [0, 1, 2]) tap.sink.write({ data });
    await first;
    tap.sink.end(error);
    expect(tap.detached).toBe(1);
    if (error) await expect(frames.next()).rejects.toBe(error);
    else expect(await take(frames, 9)).toEqual([1, 2]);
    expect(await frames.next()).toEqual({ done: true, value: undefined });
  }
});

test("a refusal reaches the one who waits, once", async () => {
  const tap = new Tap();
  const frames = feed(tap, { limit: 4 })[Symbol.asyncIterator]();
  const [first, second] = [frames.next(), frames.next()];
  const error = new DialogueError("UNAVAILABLE", "cannot read room room: the server is stopping");
  tap.sink.end(error);
  await expect(first).rejects.toBe(error);
  expect(await second).toEqual({ done: true, value: undefined });
});

test("leaving the loop detaches, and so does an abort, at any moment", async () => {
  const tap = new Tap();
  const left = feed(tap, { limit: 4 })[Symbol.asyncIterator]();
  const waiting = left.next();
  await left.return?.();
  expect([await waiting, tap.detached]).toEqual([{ done: true, value: undefined }, 1]);
  expect(tap.sink.write({ data: 1 })).toBe(false);

  const controller = new AbortController();
  const aborted = feed(tap, { limit: 4, signal: controller.signal })[Symbol.asyncIterator]();
  const pending = aborted.next();
  controller.abort();
  expect([await pending, tap.detached]).toEqual([{ done: true, value: undefined }, 2]);

  const late = feed(tap, { limit: 4, signal: controller.signal })[Symbol.asyncIterator]();
  expect([await late.next(), tap.sinks.length]).toEqual([{ done: true, value: undefined }, 2]);
});
