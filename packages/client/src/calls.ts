import { DialogueError } from "@dialogue/events";
import type { Call } from "./call.ts";
import { type Clock, deadline, pause } from "./clock.ts";
import type { ConnectionStatus } from "./connection-status.ts";
import type { Line } from "./line.ts";
import type { Live } from "./live.ts";
import { refusalOf } from "./refusal.ts";

/** How calls are made over a connection that comes and goes. */
export interface Calls {
  /** Resolves when connected; rejects with UNAVAILABLE when disconnected, or with the signal's reason. */
  whenConnected(what: string, signal: AbortSignal): Promise<void>;
  /** Waits for a connection, and makes a repeatable call again when its answer was lost; all within `callMs`. */
  ask(call: Call): Promise<unknown>;
  /** One try, now. */
  attempt(call: Call, signal?: AbortSignal): Promise<unknown>;
}

export interface CallsOptions {
  readonly status: Live<ConnectionStatus>;
  readonly line: () => Line | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly callMs: number;
}

const againMs = 300;

export function createCalls({ status, line, clock, random, callMs }: CallsOptions): Calls {
  function whenConnected(what: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = ({ state, reason }: ConnectionStatus): void => {
        if (state === "connecting" && !signal.aborted) return;
        stop();
        signal.removeEventListener("abort", aborted);
        if (signal.aborted) reject(signal.reason);
        else if (state === "connected") resolve();
        else reject(reason ?? offline(what));
      };
      const aborted = (): void => settle(status.current());
      const stop = status.subscribe(settle);
      signal.addEventListener("abort", aborted);
      settle(status.current());
    });
  }

  async function attempt(call: Call, signal?: AbortSignal): Promise<unknown> {
    const current = line();
    // tRPC would keep the call until there is a connection, for however long that takes.
    if (!current || status.current().state !== "connected") throw offline(call.what);
    return current.call(call, signal);
  }

  async function ask(call: Call): Promise<unknown> {
    const late = deadline(clock, callMs, call.what);
    try {
      for (;;) {
        await whenConnected(call.what, late.signal);
        const answer = await attempt(call, late.signal).catch((error: unknown) => refusalOf(error, call.what));
        if (!(answer instanceof DialogueError)) return answer;
        if (answer.code !== "UNAVAILABLE" || !call.isRepeatable) throw answer;
        await pause(clock, random() * againMs, late.signal);
      }
    } finally {
      late.cancel();
    }
  }

  return { whenConnected, ask, attempt };
}

function offline(what: string): DialogueError {
  return new DialogueError("UNAVAILABLE", `cannot ${what}: the client is not connected`);
}
