import type { MessagesFrame } from "@dialogue/events";
import type { Hub } from "../log/hub.ts";
import type { Frame } from "../log/sink.ts";
import type { Start } from "../log/start.ts";

/** A room's frames, one at a time: the next is asked for when the last has been dealt with. */
export interface Feed {
  /** Undefined when there is no more to come. */
  next(): Promise<Frame<MessagesFrame> | undefined>;
  close(): void;
}

/** Holds one frame at most. */
export function createFeed(hub: Hub, roomId: string, start: Start): Feed {
  let held: Frame<MessagesFrame> | undefined;
  let isOver = false;
  let isFull = false;
  let wake: () => void = () => undefined;
  let answer: ((frame: Frame<MessagesFrame> | undefined) => void) | undefined;

  function hand(frame: Frame<MessagesFrame> | undefined): void {
    const waiting = answer;
    answer = undefined;
    if (waiting) waiting(frame);
    else held = frame;
  }

  const detach = hub.subscribe(
    roomId,
    start,
    {
      write(frame) {
        isFull = true;
        hand(frame);
        return false;
      },
      onWritable(resume) {
        wake = resume;
      },
      end() {
        isOver = true;
        hand(undefined);
      },
    },
    // The application's own reading.
    async () => true,
  );

  return {
    next() {
      const frame = held;
      held = undefined;
      if (frame || isOver) return Promise.resolve(frame);
      return new Promise((resolve) => {
        answer = resolve;
        if (!isFull) return;
        isFull = false;
        wake();
      });
    },
    close() {
      detach();
      isOver = true;
      held = undefined;
      hand(undefined);
    },
  };
}
