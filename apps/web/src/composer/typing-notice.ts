/** What the notice needs of the world. */
export interface TypingPorts {
  /** Tells the room that one types, or stopped. */
  readonly tell: (isTyping: boolean) => void;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  /** Calls back once after `ms`; answers how to cancel that. */
  readonly after: (ms: number, callback: () => void) => () => void;
}

/** Tells the room that its user types: at the first key, again every few seconds, and when it is over. */
export interface TypingNotice {
  /** The text of the composer has changed. */
  changed(text: string): void;
  /** The message was sent, which ends typing by itself. */
  sent(): void;
  /** The user has turned away. */
  stop(): void;
}

/** Half of what the server lets a notice stand for. */
const repeatMs = 3_000;
const idleMs = 5_000;

export function createTypingNotice({ tell, elapsed, after }: TypingPorts): TypingNotice {
  let toldAt: number | undefined;
  let cancelIdle: (() => void) | undefined;

  function rest(): void {
    cancelIdle?.();
    cancelIdle = undefined;
    toldAt = undefined;
  }

  function stop(): void {
    if (toldAt === undefined) return;
    rest();
    tell(false);
  }

  return {
    changed(text) {
      if (text.trim() === "") return stop();
      cancelIdle?.();
      cancelIdle = after(idleMs, stop);
      const now = elapsed();
      if (toldAt !== undefined && now - toldAt < repeatMs) return;
      toldAt = now;
      tell(true);
    },
    sent: rest,
    stop,
  };
}
