import type { DialogueError, Envelope } from "@dialogue/events";
import { type Clock, pause } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { nothing } from "./nothing.ts";
import { refusalOf } from "./refusal.ts";
import { triggerCall } from "./trigger-call.ts";
import type { Entry, Unsent } from "./unsent.ts";

/** Sends what waits in a room until nothing does, or the connection is lost. */
export type Sender = (roomId: string) => Promise<void>;

export interface SenderOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly random: () => number;
  readonly unsent: Unsent;
  canSend(): boolean;
  /** Runs the work when nobody else sends in that room. */
  alone(roomId: string, work: () => Promise<void>): Promise<void>;
  /** Hears what others have kept and sent. */
  refresh(): Promise<void>;
}

const firstMs = 300;
const longestMs = 5_000;

/**
 * One event at a time in each room, the oldest first, and the next once that is answered: however many tabs send from
 * one store, ids and that order keep them from doubling or turning round anything.
 */
export function createSender(options: SenderOptions): Sender {
  const { connection, unsent, canSend } = options;
  const sending = new Set<string>();

  async function sendWaiting(roomId: string): Promise<void> {
    for (;;) {
      await options.refresh();
      const waiting = unsent.waitingIn(roomId);
      if (waiting.length === 0) return;
      for (const entry of waiting) if (!(await sendOne(entry))) return;
    }
  }

  /** Whether the next one may be sent. */
  async function sendOne(entry: Entry): Promise<boolean> {
    await entry.kept;
    for (let failures = 0; unsent.isWaiting(entry); failures++) {
      if (!canSend()) return false;
      const refusal = await attempt(entry);
      if (refusal?.retry) await pauseFor(entry, refusal, failures);
      else if (refusal) unsent.fail(entry, refusal);
    }
    return true;
  }

  async function attempt(entry: Entry): Promise<DialogueError | undefined> {
    const call = triggerCall(entry.draft.roomId, entry.draft);
    try {
      // The server's answer to `trigger`, by its contract.
      unsent.accept(entry, (await connection.attempt(call, entry.late.signal)) as Envelope);
      return undefined;
    } catch (error) {
      return refusalOf(error, call.what);
    }
  }

  async function pauseFor({ late }: Entry, { retryAfterMs }: DialogueError, failures: number): Promise<void> {
    const waitMs = retryAfterMs ?? options.random() * Math.min(longestMs, firstMs * 2 ** failures);
    // That its time is over is told elsewhere.
    await pause(options.clock, waitMs, late.signal).catch(nothing);
  }

  return async function send(roomId) {
    if (sending.has(roomId)) return;
    sending.add(roomId);
    await options.alone(roomId, () => sendWaiting(roomId));
    sending.delete(roomId);
    // What was triggered at the last moment.
    if (canSend() && unsent.waitingIn(roomId).length > 0) void send(roomId);
  };
}
