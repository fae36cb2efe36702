import type { ConnectionStatus, DialogueClient } from "@dialogue/client";

/** What it takes from its machine, given by tests. */
export interface KeepConnectingOptions {
  /** Calls back once, after at least `ms`; answers how to cancel that. */
  after(ms: number, callback: () => void): () => void;
  random(): number;
}

const firstMs = 5_000;
const longestMs = 30_000;

/**
 * Connects, and again where a first connect was given up for want of an answer; a refusal, and a `disconnect`, stand.
 * Full jitter: uniform from 0 to a bound that doubles from five to thirty seconds. Answers how to stop.
 */
export function keepConnecting(client: DialogueClient, { after, random }: KeepConnectingOptions): () => void {
  let failures = 0;
  let cancel = nothing;

  function look({ state, reason }: ConnectionStatus): void {
    cancel();
    if (state === "connected") failures = 0;
    if (state !== "disconnected" || !willTryAgain(reason)) return;
    const waitMs = random() * Math.min(longestMs, firstMs * 2 ** failures++);
    // That it failed again is in the status.
    cancel = after(waitMs, () => void client.connect().catch(nothing));
  }

  const stop = client.connection.subscribe(look);
  // A failure is in the connection's status, and goes to the client's `onError`.
  if (client.state === "disconnected") void client.connect();
  return () => {
    stop();
    cancel();
  };
}

function willTryAgain(reason: ConnectionStatus["reason"]): boolean {
  return reason?.code === "TIMEOUT" || reason?.code === "UNAVAILABLE";
}

function nothing(): void {
  // Nothing waits, or it is told elsewhere.
}
