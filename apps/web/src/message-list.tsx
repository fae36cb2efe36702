import { useMemo } from "react";
import type { Conversation } from "./conversation.ts";
import { RowView } from "./row-view.tsx";
import { type Row, rowsOf } from "./rows.ts";
import { hasOlder } from "./timeline.ts";
import { useScrolling } from "./use-scrolling.ts";
import { useValue } from "./use-value.ts";

/** What was said, oldest first; older messages come when one scrolls up to them. */
export function MessageList({ conversation }: { readonly conversation: Conversation }) {
  const timeline = useValue(conversation.timeline);
  const phase = useValue(conversation.phase);
  const paging = useValue(conversation.paging);
  const { me } = conversation;
  const rows = useMemo(() => rowsOf(timeline, me), [timeline, me]);
  const { scroller, isAtEnd, onScroll, toEnd } = useScrolling(conversation, timeline, rows);

  return (
    <div className="list">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must be able to scroll it */}
      <section className="scroller" ref={scroller} onScroll={onScroll} tabIndex={0} aria-label="Messages">
        <p className="older">{phase.kind === "open" && <Older conversation={conversation} />}</p>
        {phase.kind === "opening" && <p className="notice">Opening the room…</p>}
        {phase.kind === "open" && paging === "idle" && rows.length === 0 && (
          <p className="notice">Nobody has said anything yet. Be the first.</p>
        )}
        <ul>
          {rows.map((row) => (
            <RowView
              key={row.key}
              row={row}
              isOwn={row.kind === "message" && row.from === me.id}
              conversation={conversation}
            />
          ))}
        </ul>
      </section>
      {!isAtEnd && (
        <button type="button" className="to-end" onClick={toEnd}>
          ↓ Newest
        </button>
      )}
      {/* Told to whoever cannot see the list; pages of history are not read out. */}
      <p className="unseen" role="status">
        {isAtEnd ? newsOf(rows.at(-1), me.id) : ""}
      </p>
    </div>
  );
}

function Older({ conversation }: { readonly conversation: Conversation }) {
  const timeline = useValue(conversation.timeline);
  const paging = useValue(conversation.paging);
  if (paging === "loading") return "Loading…";
  if (paging === "failed")
    return (
      <>
        Messages could not be loaded.{" "}
        <button type="button" className="small" onClick={conversation.loadAgain}>
          Try again
        </button>
      </>
    );
  return hasOlder(timeline) || timeline.events.length === 0 ? "" : "This is where it began.";
}

function newsOf(row: Row | undefined, me: string): string {
  if (row === undefined || row.kind === "day") return "";
  if (row.kind === "notice") return row.text;
  return row.from === me ? "" : `${row.name}: ${row.text}`;
}
