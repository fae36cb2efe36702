import { useEffect, useRef, useState } from "react";
import type { MessageRow, Row } from "./rows.ts";

interface AnnouncerProps {
  readonly rows: readonly Row[];
  readonly me: string;
}

/** Between two announcements: what comes meanwhile is told as one. */
const restMs = 4_000;

/** Tells new messages of others to whoever cannot see the list: the first at once, a flood in one sentence. Pages of history are not read out. */
export function Announcer({ rows, me }: AnnouncerProps) {
  const [words, setWords] = useState("");
  const told = useRef<number>(undefined);
  const waiting = useRef<MessageRow[]>([]);
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => () => clearTimeout(rest.current), []);

  useEffect(() => {
    const head = rows.findLast(({ seq }) => seq !== undefined)?.seq ?? 0;
    const before = told.current;
    told.current = Math.max(head, before ?? 0);
    if (before === undefined) return;
    waiting.current.push(...newSince(rows, before, me));
    if (rest.current === undefined) tell();

    function tell(): void {
      const news = waiting.current.splice(0);
      const last = news.at(-1);
      rest.current = undefined;
      if (last === undefined) return;
      const said = `${last.name}: ${last.text}`;
      setWords(news.length === 1 ? said : `${news.length} new messages. The last: ${said}`);
      rest.current = setTimeout(tell, restMs);
    }
  }, [rows, me]);

  return (
    <p className="announcer sr-only" role="status">
      {words}
    </p>
  );
}

function newSince(rows: readonly Row[], seq: number, me: string): MessageRow[] {
  const news: MessageRow[] = [];
  for (let at = rows.length - 1; at >= 0; at--) {
    const row = rows[at];
    if (row?.seq !== undefined && row.seq <= seq) break;
    if (row?.kind === "message" && row.seq !== undefined && row.from !== me) news.unshift(row);
  }
  return news;
}
