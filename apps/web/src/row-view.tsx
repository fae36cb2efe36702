import { memo } from "react";
import type { Conversation } from "./conversation.ts";
import type { MessageRow, Row } from "./rows.ts";
import { dayWords, timeWords } from "./times.ts";

interface RowProps {
  readonly row: Row;
  readonly isOwn: boolean;
  readonly conversation: Conversation;
}

/** One line of the list. */
export const RowView = memo(function RowView({ row, isOwn, conversation }: RowProps) {
  switch (row.kind) {
    case "day":
      return (
        <li className="day" data-key={row.key} data-moves="">
          <h2>{dayWords(row.at, Date.now())}</h2>
        </li>
      );
    case "notice":
      return (
        <li className="event" data-key={row.key}>
          {row.text} <Time at={row.at} />
        </li>
      );
    case "message":
      return <Message row={row} isOwn={isOwn} conversation={conversation} />;
  }
}, isSame);

/** Rows are made anew with each change of the list; most of them say what they said before. */
function isSame(before: RowProps, after: RowProps): boolean {
  const [old, now] = [Object.entries(before.row), Object.entries(after.row)];
  if (before.conversation !== after.conversation || before.isOwn !== after.isOwn || old.length !== now.length)
    return false;
  return old.every(([name, value], at) => now[at]?.[0] === name && now[at][1] === value);
}

function Message({ row, isOwn, conversation }: RowProps & { readonly row: MessageRow }) {
  const classes = ["message", isOwn ? "own" : "", row.isFirst ? "first" : "", row.status].filter(Boolean).join(" ");
  return (
    <li className={classes} data-key={row.key} data-status={row.status}>
      <p className={row.isFirst ? "author" : "unseen"}>
        {row.name} <Time at={row.at} />
      </p>
      <p className="text" dir="auto">
        {row.text}
      </p>
      {row.status === "sending" && <p className="state">Sending…</p>}
      {row.status === "failed" && (
        <p className="state failure" role="alert">
          Not sent: {row.failure}{" "}
          <button type="button" className="small" onClick={() => conversation.retry(row.key)}>
            Try again
          </button>{" "}
          <button type="button" className="plain small" onClick={() => conversation.discard(row.key)}>
            Discard
          </button>
        </p>
      )}
    </li>
  );
}

function Time({ at }: { readonly at: number }) {
  return <time dateTime={new Date(at).toISOString()}>{timeWords(at)}</time>;
}
