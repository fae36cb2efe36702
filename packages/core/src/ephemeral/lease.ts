import type { Cancel, Clock } from "../clock.ts";
import type { Report } from "../logger.ts";
import type { PresenceStore } from "../ports/presence-store.ts";
import type { Within } from "../time-limit.ts";

/** This node's lease on the attendance of its sessions. */
export interface Lease {
  /** Rejects when the store cannot be reached. */
  start(): Promise<void>;
  /** Gives the lease up: the other nodes see its attendees go. */
  stop(): Promise<void>;
}

/** Between two comparisons of the store with what is attended here. */
const reassertMs = 30_000;

export function createLease(options: {
  readonly nodeId: string;
  readonly store: PresenceStore;
  readonly clock: Clock;
  readonly within: Within;
  readonly leaseMs: number;
  readonly portMs: number;
  /** Enters again whom the store has lost. */
  readonly reassert: () => Promise<void>;
  readonly report: Report;
}): Lease {
  const { nodeId, store, clock, within, leaseMs, portMs, report } = options;
  let renewedAt = clock.elapsed();
  let comparedAt = clock.elapsed();
  let isComparing = false;
  /** What the store has lost, or refused, is not known to be back. */
  let isInDoubt = false;
  let cancel: Cancel = () => undefined;
  let isStopped = false;

  /** Answers whether the lease may have lapsed in between. */
  async function renew(): Promise<boolean> {
    const askedAt = clock.elapsed();
    await within(portMs, "renew the presence lease", store.renew(nodeId, leaseMs));
    const hadLapsed = clock.elapsed() - renewedAt >= leaseMs;
    renewedAt = askedAt;
    return hadLapsed;
  }

  async function keep(): Promise<void> {
    try {
      if (await renew()) isInDoubt = true;
    } catch (error) {
      isInDoubt = true;
      report(error, "keep the presence lease");
      return;
    }
    const isDue = isInDoubt || clock.elapsed() - comparedAt >= reassertMs;
    // Beside the renewals: with many rooms it takes longer than the lease stands.
    if (isDue && !isComparing) void compare();
  }

  async function compare(): Promise<void> {
    isComparing = true;
    isInDoubt = false;
    try {
      await options.reassert();
    } catch (error) {
      isInDoubt = true;
      report(error, "compare the presence store with who attends here");
    }
    comparedAt = clock.elapsed();
    isComparing = false;
  }

  function wait(): void {
    cancel = clock.after(leaseMs / 3, () => {
      void keep().then(() => {
        if (!isStopped) wait();
      });
    });
  }

  return {
    async start() {
      await renew();
      if (!isStopped) wait();
    },
    async stop() {
      isStopped = true;
      cancel();
      try {
        await within(portMs, "give up the presence lease", store.forget(nodeId));
      } catch (error) {
        // It lapses by itself.
        report(error, "give up the presence lease");
      }
    },
  };
}
