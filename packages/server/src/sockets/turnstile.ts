import type { IncomingMessage } from "node:http";
import { type Clock, createTokenBuckets } from "@dialogue/core";
import { DialogueError, type Limits } from "@dialogue/events";
import type { ClientAddress } from "./client-address.ts";

/** Counts the sockets of a node before anything is spent on them. */
export interface Turnstile {
  /** Counts one more until the answer is called, once. Throws UNAVAILABLE for what the node, RATE_LIMITED for what one address may have. */
  enter(req: IncomingMessage): () => void;
}

export function createTurnstile(options: {
  readonly clock: Clock;
  readonly limits: Pick<Limits, "socketsPerNode" | "socketsPerAddress" | "upgrades">;
  readonly clientAddress: ClientAddress;
}): Turnstile {
  const { clock, limits, clientAddress } = options;
  const rate = createTokenBuckets(clock, limits.upgrades);
  const byAddress = new Map<string, number>();
  let all = 0;

  function count(address: string | undefined, more: 1 | -1): void {
    all += more;
    if (address === undefined) return;
    const now = (byAddress.get(address) ?? 0) + more;
    if (now === 0) byAddress.delete(address);
    else byAddress.set(address, now);
  }

  return {
    enter(req) {
      const address = clientAddress(req)?.toString();
      if (all >= limits.socketsPerNode)
        throw new DialogueError("UNAVAILABLE", `cannot open a socket: the node has ${all} already`);
      if (address !== undefined && (byAddress.get(address) ?? 0) >= limits.socketsPerAddress)
        throw new DialogueError("RATE_LIMITED", "cannot open a socket: its address has too many already");
      takeTurn();
      count(address, 1);
      return () => count(address, -1);
    },
  };

  function takeTurn(): void {
    try {
      rate.take("upgrades", "open a socket");
    } catch (cause) {
      throw new DialogueError("UNAVAILABLE", "cannot open a socket: too many come at once", { cause });
    }
  }
}
