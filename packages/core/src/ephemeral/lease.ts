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
  let reassertedAt = clock.elapsed();
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
    const hadLapsed = await renew();
    if (!hadLapsed && clock.elapsed() - reassertedAt < reassertMs) return;
    // Only once it worked: what the store refused now is due at the next renewal.
    await options.reassert();
    reassertedAt = clock.elapsed();
  }

  function wait(): void {
    cancel = clock.after(leaseMs / 3, () => {
      void keep()
        .catch((error: unknown) => {
          reassertedAt = Number.NEGATIVE_INFINITY;
          report(error, "keep the presence lease");
        })
        .then(() => {
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
