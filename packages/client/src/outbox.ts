import { DialogueError, type Envelope, type Meta } from "@dialogue/events";
import type { Call } from "./call.ts";
import { type Clock, deadline, pause } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { refusalOf } from "./refusal.ts";

/** What is to be triggered; its id is made before the first try and kept through all of them. */
export interface Draft {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
  readonly meta?: Meta;
}

/** The events of one room on their way to the server. */
export interface Outbox {
  /** Resolves with the accepted event. */
  add(draft: Draft): Promise<Envelope>;
  /** Rejects what waits. */
  close(error: DialogueError): void;
}

export interface OutboxOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly random: () => number;
  readonly roomId: string;
  readonly size: number;
  readonly triggerMs: number;
}

interface Entry {
  readonly draft: Draft;
  readonly signal: AbortSignal;
  readonly settle: (answer: Envelope | DialogueError) => void;
}

const firstMs = 300;
const longestMs = 5_000;
const limitedMs = 1_000;

/** One event at a time, in the order of the calls. A full outbox refuses with RATE_LIMITED. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { connection, clock, roomId } = options;
  const waiting = new Set<Entry>();
  let isSending = false;

  function add(draft: Draft): Promise<Envelope> {
    const what = `trigger ${draft.event} in ${roomId}`;
    if (waiting.size >= options.size)
      return Promise.reject(new DialogueError("RATE_LIMITED", `cannot ${what}: ${options.size} wait already`));
    return new Promise((resolve, reject) => {
      const late = deadline(clock, options.triggerMs, what);
      const entry: Entry = {
        draft,
        signal: late.signal,
        settle(answer) {
          if (!waiting.delete(entry)) return;
          late.cancel();
          if (answer instanceof DialogueError) reject(answer);
          else resolve(answer);
        },
      };
      late.signal.addEventListener("abort", () => entry.settle(refusalOf(late.signal.reason, what)));
      waiting.add(entry);
      if (!isSending) void sendAll();
    });
  }

  async function sendAll(): Promise<void> {
    isSending = true;
    for (let [entry] = waiting; entry; [entry] = waiting) entry.settle(await send(entry));
    isSending = false;
  }

  async function send({ draft, signal }: Entry): Promise<Envelope | DialogueError> {
    const call = triggerCall(roomId, draft);
    try {
      for (let failures = 0; ; failures++) {
        await connection.whenConnected(call.what, signal);
        // The server's answer to `trigger`, by its contract.
        const sent = connection.attempt(call, signal) as Promise<Envelope>;
        const answer = await sent.catch((error: unknown) => refusalOf(error, call.what));
        const waitMs = retryWait(answer, failures);
        if (waitMs === undefined) return answer;
        await pause(clock, waitMs, signal);
      }
    } catch (error) {
      return refusalOf(error, call.what);
    }
  }

  function retryWait(answer: Envelope | DialogueError, failures: number): number | undefined {
    if (!(answer instanceof DialogueError)) return undefined;
    if (answer.code === "RATE_LIMITED") return answer.retryAfterMs ?? limitedMs;
    if (answer.code !== "UNAVAILABLE" && answer.code !== "TIMEOUT") return undefined;
    return options.random() * Math.min(longestMs, firstMs * 2 ** failures);
  }

  return {
    add,
    close(error) {
      for (const entry of [...waiting]) entry.settle(error);
    },
  };
}

/** The call that triggers a draft, which the id makes harmless to repeat. */
export function triggerCall(roomId: string, draft: Draft): Call {
  const what = `trigger ${draft.event} in ${roomId}`;
  return { kind: "mutation", path: "trigger", input: { roomId, ...draft }, what, isRepeatable: true };
}
