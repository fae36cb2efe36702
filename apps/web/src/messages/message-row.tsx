import { Clock, Copy, Reply } from "lucide-react";
import { memo, useState } from "react";
import type { Quoted } from "../composer/drafts.ts";
import { Avatar } from "../people/avatar.tsx";
import { Button } from "../ui/button.tsx";
import { MessageText } from "./message-text.tsx";
import { Quote } from "./quote.tsx";
import type { MessageRow } from "./rows.ts";
import { dateAndTimeWords, shortTimeWords, timeWords } from "./times.ts";

/** What can be done with a message; the same functions for all of them. */
export interface MessageActions {
  readonly reply: (row: MessageRow) => void;
  readonly copy: (row: MessageRow) => void;
  readonly jump: (id: string) => void;
  readonly retry: (id: string) => void;
  readonly discard: (id: string) => void;
}

interface MessageProps {
  readonly row: MessageRow;
  readonly roomId: string;
  /** Whether it shows its author. */
  readonly isFirst: boolean;
  readonly isOwn: boolean;
  readonly isLit: boolean;
  /** Whether the keyboard is on it: only then are its buttons stops of the tab key. */
  readonly isActive: boolean;
  readonly hasFocus: boolean;
  readonly quoted: Quoted | undefined;
  readonly actions: MessageActions;
}

/** A message with its author, or right under the one before it. */
export const MessageView = memo(function MessageView(props: MessageProps) {
  const { row, roomId, isFirst, isOwn, isLit, isActive, hasFocus, quoted, actions } = props;
  const [isPointedAt, setPointedAt] = useState(false);
  const tabIndex = isActive ? 0 : -1;
  const kinds = ["message group", isOwn ? "own" : "", isFirst ? "first mt-2.5" : "", row.status, isLit ? "lit" : ""];
  return (
    <article
      tabIndex={tabIndex}
      onPointerEnter={() => setPointedAt(true)}
      onPointerLeave={() => setPointedAt(false)}
      data-key={row.key}
      data-name={row.name}
      data-status={row.status}
      aria-label={`${row.name}, ${timeWords(row.at)}`}
      className={`${kinds.filter(Boolean).join(" ")} relative flex gap-3 px-4 py-0.5 outline-offset-[-2px] hover:bg-hover focus-within:bg-hover sm:px-5 ${isLit ? "animate-highlight" : ""}`}
    >
      <div className="w-9 shrink-0 pt-0.5">
        {isFirst ? (
          <Avatar name={row.name} />
        ) : (
          <time
            dateTime={new Date(row.at).toISOString()}
            title={dateAndTimeWords(row.at)}
            className="invisible block whitespace-nowrap pt-0.5 text-right text-muted text-xs tabular-nums group-focus-within:visible group-hover:visible"
          >
            {shortTimeWords(row.at)}
          </time>
        )}
      </div>
      <div className={`min-w-0 flex-1 ${row.status === "pending" ? "text-muted" : ""}`}>
        {isFirst && (
          <p className="author flex flex-wrap items-baseline gap-x-2">
            <span className="min-w-0 max-w-full truncate font-semibold">{row.name}</span> <Time at={row.at} />
          </p>
        )}
        {row.replyTo !== undefined && (
          <Quote roomId={roomId} id={row.replyTo} listed={quoted} jump={actions.jump} tabIndex={tabIndex} />
        )}
        <MessageText text={row.text} tabIndex={tabIndex} />
        <State row={row} actions={actions} />
      </div>
      {row.status === "sent" && (isPointedAt || hasFocus) && (
        <Toolbar row={row} actions={actions} tabIndex={tabIndex} />
      )}
    </article>
  );
});

interface PartProps {
  readonly row: MessageRow;
  readonly actions: MessageActions;
}

function Toolbar({ row, actions, tabIndex }: PartProps & { readonly tabIndex: number }) {
  return (
    <div className="actions -top-3.5 absolute right-4 z-10 flex rounded-lg border border-line bg-raised p-0.5 shadow-float">
      <Button
        kind="ghost"
        size="tiny"
        tabIndex={tabIndex}
        aria-label="Reply"
        title="Reply (R)"
        onClick={() => actions.reply(row)}
      >
        <Reply aria-hidden="true" className="size-4" />
      </Button>
      <Button
        kind="ghost"
        size="tiny"
        tabIndex={tabIndex}
        aria-label="Copy text"
        title="Copy text (C)"
        onClick={() => actions.copy(row)}
      >
        <Copy aria-hidden="true" className="size-4" />
      </Button>
    </div>
  );
}

function State({ row, actions }: PartProps) {
  if (row.status === "pending")
    return (
      <p className="state absolute right-4 bottom-1 flex animate-late items-center gap-1 rounded bg-surface px-1 text-muted text-xs">
        <Clock aria-hidden="true" className="size-3" />
        Sending…
      </p>
    );
  if (row.status === "sent") return null;
  return (
    <div className="state my-1 flex max-w-[72ch] flex-wrap items-center gap-2 rounded-lg bg-danger-soft px-3 py-1.5 text-danger text-sm">
      <p role="alert" className="min-w-0 flex-1 basis-48">
        Not sent: {row.failure}
      </p>
      <Button kind="quiet" size="small" onClick={() => actions.retry(row.key)}>
        Try again
      </Button>
      <Button kind="quiet" size="small" onClick={() => actions.discard(row.key)}>
        Discard
      </Button>
    </div>
  );
}

function Time({ at }: { readonly at: number }) {
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={dateAndTimeWords(at)}
      className="text-muted text-xs tabular-nums"
    >
      {timeWords(at)}
    </time>
  );
}
