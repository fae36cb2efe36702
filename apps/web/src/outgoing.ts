import { newId } from "@dialogue/client";
import { errorWords } from "./error-words.ts";
import { type Timeline, withFailure, withoutUnsent, withUnsent } from "./timeline.ts";
import type { Cell } from "./value.ts";

/** One's own messages on their way into the log. */
export interface Outgoing {
  /** Shows the message at once and sends it. */
  send(text: string): void;
  /** Sends a message that was refused once more, under the same id: it cannot enter the log twice. */
  retry(id: string): void;
  discard(id: string): void;
}

/** Messages that are shown in the timeline while `deliver` carries them; it rejects with the refusal. */
export function createOutgoing(
  timeline: Cell<Timeline>,
  deliver: (id: string, text: string) => Promise<unknown>,
): Outgoing {
  async function carry(id: string, text: string): Promise<void> {
    timeline.set(withUnsent(timeline.current(), { id, text, at: Date.now() }));
    try {
      await deliver(id, text);
    } catch (error) {
      timeline.set(withFailure(timeline.current(), id, errorWords(error)));
    }
  }

  return {
    send: (text) => void carry(newId(), text),
    retry(id) {
      const unsent = timeline.current().unsent.find((message) => message.id === id);
      if (unsent !== undefined) void carry(id, unsent.text);
    },
    discard: (id) => timeline.set(withoutUnsent(timeline.current(), id)),
  };
}
