import type { Envelope } from "@dialogue/events";
import { type Clock, deadline } from "./clock.ts";
import type { Connection } from "./connection.ts";
import type { Draft } from "./draft-store.ts";
import { refusalOf } from "./refusal.ts";
import { triggerCall } from "./trigger-call.ts";

/** Sends ephemeral events: at once, and once. */
export interface SignalSender {
  /** Resolves with the accepted event; for `typing` also with one that was lost or need not be said again. */
  send(draft: Draft): Promise<Envelope>;
  /** The user has sent what was typed. */
  typingIsOver(): void;
}

/** "Is typing" is said once in this time, however many keys are pressed. */
const typingEveryMs = 3_000;

export function createSignalSender(options: {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly roomId: string;
  readonly triggerMs: number;
  readonly userId: () => string;
}): SignalSender {
  const { connection, clock, roomId } = options;
  let said: { readonly at: number; readonly answer: Promise<Envelope> } | undefined;

  async function attempt(draft: Draft): Promise<Envelope> {
    const call = triggerCall(roomId, draft);
    const late = deadline(clock, options.triggerMs, call.what);
    try {
      // The server's answer to `trigger`, by its contract.
      return (await connection.attempt(call, late.signal)) as Envelope;
    } finally {
      late.cancel();
    }
  }

  /** A lost "is typing" is not worth a word; the roster on the server forgets it by itself. */
  async function attemptTyping(draft: Draft): Promise<Envelope> {
    const envelope = { ...draft, roomId, from: options.userId(), timestamp: clock.now() };
    return attempt(draft).catch((error: unknown) => {
      said = undefined;
      const refusal = refusalOf(error, `trigger ${draft.event} in ${roomId}`);
      if (refusal.retry) return envelope;
      throw refusal;
    });
  }

  function sendTyping(draft: Draft): Promise<Envelope> {
    if (!isTypingTrue(draft.data)) {
      said = undefined;
      return attemptTyping(draft);
    }
    if (said && clock.elapsed() - said.at < typingEveryMs) return said.answer;
    const answer = attemptTyping(draft);
    said = { at: clock.elapsed(), answer };
    return answer;
  }

  return {
    send: (draft) => (draft.event === "typing" ? sendTyping(draft) : attempt(draft)),
    typingIsOver() {
      said = undefined;
    },
  };
}

function isTypingTrue(data: unknown): boolean {
  return typeof data === "object" && data !== null && "isTyping" in data && data.isTyping === true;
}
