import { useEffect, useState } from "react";
import type { Quoted } from "../composer/drafts.ts";
import { useRoom } from "../connection/chat-hooks.ts";
import { toast } from "../ui/toast-queue.ts";
import type { Row } from "./rows.ts";

/** The message that is answered: as the list holds it, else as the server has it; undefined until it is known. */
export function useQuoted(roomId: string, id: string, listed: Quoted | undefined): Quoted | undefined {
  const { room } = useRoom({ id: roomId });
  const [asked, setAsked] = useState<Quoted | undefined>(undefined);
  const isListed = listed !== undefined;
  useEffect(() => {
    if (isListed || room === undefined) return;
    let isOver = false;
    room.getHistory("message", { around: id, limit: 1 }).then(({ events }) => {
      const found = events.find((event) => event.id === id);
      const name = found?.meta?.name;
      if (found && !isOver) setAsked({ id, text: found.data.text, name: typeof name === "string" ? name : "Someone" });
    }, toast.failure);
    return () => {
      isOver = true;
    };
  }, [room, id, isListed]);
  return listed ?? asked;
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
