import type { DialogueError } from "@dialogue/events";
import type { Clock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { nothing } from "./nothing.ts";
import { mayRecover } from "./refusal.ts";

export interface FollowOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly random: () => number;
  readonly path: string;
  /** Asked anew at each subscription. */
  readonly input: () => unknown;
  data(value: unknown): void;
  /** The server refuses for good; nothing more comes. */
  refused(error: DialogueError): void;
}

/** A subscription that outlives what may pass. */
export interface Follow {
  /** Ends the subscription of now and begins another, after `leastMs` at the earliest. */
  restart(leastMs: number): void;
  close(): void;
}

const firstMs = 500;
const longestMs = 30_000;

/**
 * Subscribes and stays subscribed. tRPC carries a subscription over lost connections but lets one that was
 * answered with an error die; what may pass (an expired token, a part that is away) must not end it for good.
 */
export function follow(options: FollowOptions): Follow {
  let stop = nothing;
  let cancel = nothing;
  let failures = 0;
  let isClosed = false;

  function start(): void {
    stop = options.connection.subscribe(options.path, options.input(), {
      data(value) {
        failures = 0;
        options.data(value);
      },
      ended(error) {
        if (error && !mayRecover(error)) {
          close();
          return options.refused(error);
        }
        again(error?.retryAfterMs ?? 0);
      },
    });
  }

  function again(leastMs: number): void {
    if (isClosed) return;
    const bound = Math.min(longestMs, firstMs * 2 ** failures++);
    cancel();
    cancel = options.clock.after(Math.max(leastMs, options.random() * bound), start);
  }

  function close(): void {
    isClosed = true;
    cancel();
    stop();
  }

  start();
  return {
    restart(leastMs) {
      stop();
      again(leastMs);
    },
    close,
  };
}
