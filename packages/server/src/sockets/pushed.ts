import { attachable, type Frame, type Sink, type Source } from "@dialogue/core";
import type { DialogueError, Limits } from "@dialogue/events";
import type { FrameBytes } from "./frame-bytes.ts";
import type { Outlet } from "./outlet.ts";

/** What a source is pushed through. */
export interface Pushing {
  readonly outlet: Outlet;
  readonly frames: FrameBytes;
  /** How messages to the call begin. */
  readonly head: string;
  readonly limits: Pick<Limits, "sendPauseBytes">;
  readonly signal: AbortSignal;
}

/** Ephemeral frames stop when so much of what durable ones may fill is full: they are the first that can be spared. */
const ephemeralShare = 1 / 4;

/** The source of a subscription's answer, where it has one. */
export function sourceOf(value: object): Source<unknown> | undefined {
  // The symbol is Dialogue's own: whoever sets it vouches for what is under it.
  return attachable in value ? (value[attachable] as Source<unknown>) : undefined;
}

/** Attaches the socket to a source until the source ends or the signal aborts. Rejects with the source's refusal. */
export function push(source: Source<unknown>, pushing: Pushing): Promise<void> {
  return new Promise((resolve, reject) => {
    const sink = new SocketSink(pushing, (error) => (error ? reject(error) : resolve()));
    const detach = source.attach(sink);
    const stop = () => {
      sink.stop();
      detach();
      resolve();
    };
    if (pushing.signal.aborted) stop();
    else pushing.signal.addEventListener("abort", stop, { once: true });
  });
}

class SocketSink implements Sink<unknown> {
  private readonly pushing: Pushing;
  private readonly ended: (error?: DialogueError) => void;
  private isOver = false;
  private wake: (() => void) | undefined;

  constructor(pushing: Pushing, ended: (error?: DialogueError) => void) {
    this.pushing = pushing;
    this.ended = ended;
  }

  write(frame: Frame<unknown>): boolean {
    if (this.isOver) return false;
    const { outlet, frames, head, limits } = this.pushing;
    outlet.post(frames.of(frame, head));
    const fullAt = frame.cursor === undefined ? limits.sendPauseBytes * ephemeralShare : limits.sendPauseBytes;
    if (outlet.isOpen && outlet.buffered < fullAt) return true;
    outlet.hold(fullAt / 2, () => this.goOn());
    return false;
  }

  onWritable(wake: () => void): void {
    this.wake = wake;
  }

  end(error?: DialogueError): void {
    if (this.isOver) return;
    this.stop();
    this.ended(error);
  }

  stop(): void {
    this.isOver = true;
    this.wake = undefined;
  }

  private goOn(): void {
    this.wake?.();
  }
}
