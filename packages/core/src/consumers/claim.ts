import type { Cancel, Clock } from "../clock.ts";
import type { Report } from "../logger.ts";
import type { RoomStore } from "../ports/room-store.ts";
import type { Within } from "../time-limit.ts";

/** This node's claim to be the one that runs a consumer. */
export interface Claim {
  /** Takes it; false when another node has it. Rejects when the store is away. */
  take(lost: () => void): Promise<boolean>;
  /** Whether it stands for certain. */
  isHeld(): boolean;
  release(): Promise<void>;
}

export function createClaim(options: {
  readonly name: string;
  readonly roomId: string;
  readonly nodeId: string;
  readonly ttlMs: number;
  readonly portMs: number;
  readonly store: RoomStore;
  readonly clock: Clock;
  readonly within: Within;
  readonly report: Report;
}): Claim {
  const { name, roomId, nodeId, ttlMs, store, clock, within, report } = options;
  const doing = `claim consumer ${name} of room ${roomId}`;
  let heldUntil = Number.NEGATIVE_INFINITY;
  let cancel: Cancel = () => undefined;

  function isHeld(): boolean {
    return clock.elapsed() < heldUntil;
  }

  async function ask(): Promise<boolean> {
    const askedAt = clock.elapsed();
    const isMine = await within(options.portMs, doing, store.claim(name, roomId, nodeId, ttlMs));
    // Counted from the question, so that this node gives it up before the store does.
    heldUntil = isMine ? askedAt + ttlMs : Number.NEGATIVE_INFINITY;
    return isMine;
  }

  function keep(lost: () => void): void {
    cancel = clock.after(ttlMs / 3, () => {
      void ask()
        .catch((error: unknown) => report(error, doing))
        .then(() => {
          if (isHeld()) keep(lost);
          else lost();
        });
    });
  }

  return {
    isHeld,
    async take(lost) {
      cancel();
      const isMine = await ask();
      if (isMine) keep(lost);
      return isMine;
    },
    async release() {
      cancel();
      heldUntil = Number.NEGATIVE_INFINITY;
      try {
        await within(options.portMs, `release consumer ${name}`, store.release(name, roomId, nodeId));
      } catch (error) {
        // It lapses by itself.
        report(error, `release consumer ${name} of room ${roomId}`);
      }
    },
  };
}
