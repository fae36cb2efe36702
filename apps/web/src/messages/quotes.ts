import { DialogueError, type EnvelopeOf, type Message } from "@dialogue/events";
import { useEffect, useState } from "react";
import type { Quoted } from "../composer/drafts.ts";
import { useRoom } from "../connection/chat-hooks.ts";
import { toast } from "../ui/toast-queue.ts";
import type { Row } from "./rows.ts";

/** The message that is answered. */
interface Original {
  /** Undefined until it is known. */
  readonly quoted?: Quoted;
  /** Whether the server has no such message. */
  readonly isGone?: boolean;
}

const unknown: Original = {};

/** The message that is answered: as the list holds it, else as the server has it. */
export function useQuoted(roomId: string, id: string, listed: Quoted | undefined): Original {
  const { room } = useRoom({ id: roomId });
  const [asked, setAsked] = useState(unknown);
  const isListed = listed !== undefined;
  useEffect(() => {
    if (isListed || room === undefined) return;
    let isOver = false;
    room.getHistory("message", { around: id, limit: 1 }).then(
      ({ events }) => {
        if (!isOver) setAsked(originalOf(events.find((event) => event.id === id)));
      },
      (error: unknown) => {
        const isGone = error instanceof DialogueError && error.code === "INVALID_REQUEST";
        if (!isGone) toast.failure(error);
        else if (!isOver) setAsked({ isGone });
      },
    );
    return () => {
      isOver = true;
    };
  }, [room, id, isListed]);
  return isListed ? { quoted: listed } : asked;
}

function originalOf(found: EnvelopeOf<typeof Message> | undefined): Original {
  if (found === undefined) return { isGone: true };
  const name = found.meta?.name;
  return { quoted: { id: found.id, text: found.data.text, name: typeof name === "string" ? name : "Someone" } };
}

/** What the list itself can quote, by id; the same object for the same message. */
export function quotesIn(rows: readonly Row[], before: ReadonlyMap<string, Quoted>): ReadonlyMap<string, Quoted> {
  const quotes = new Map<string, Quoted>();
  for (const row of rows) {
    if (row.kind !== "message") continue;
    const old = before.get(row.key);
    const isSame = old?.name === row.name && old.text === row.text;
    quotes.set(row.key, isSame ? old : { id: row.key, name: row.name, text: row.text });
  }
  return quotes;
}
