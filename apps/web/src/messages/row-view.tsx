import { memo } from "react";
import type { Quoted } from "../composer/drafts.ts";
import { type MessageActions, MessageView } from "./message-row.tsx";
import type { Row } from "./rows.ts";
import { dayWords, timeWords } from "./times.ts";

interface RowProps {
  readonly row: Row;
  readonly roomId: string;
  readonly isOwn: boolean;
  /** Whether what is new begins here. */
  readonly isFirstNew: boolean;
  readonly isLit: boolean;
  readonly isActive: boolean;
  readonly hasFocus: boolean;
  readonly quoted: Quoted | undefined;
  readonly actions: MessageActions;
}

/** One line of the list, and what divides it from the one before. */
export const RowView = memo(function RowView({ row, isFirstNew, ...rest }: RowProps) {
  return (
    <>
      {row.isNewDay && <Divider words={dayWords(row.at, Date.now())} />}
      {isFirstNew && <NewDivider />}
      {row.kind === "message" ? (
        <MessageView row={row} isFirst={row.isFirst || isFirstNew} {...rest} />
      ) : (
        <p className="event px-4 py-1 pl-16 text-muted text-xs sm:pl-17" data-key={row.key}>
          {row.text} <span aria-hidden="true">·</span>{" "}
          <time dateTime={new Date(row.at).toISOString()}>{timeWords(row.at)}</time>
        </p>
      )}
    </>
  );
});

function Divider({ words }: { readonly words: string }) {
  return (
    <div className="day flex items-center gap-3 px-4 pt-5 pb-1 sm:px-5">
      <span className="h-px flex-1 bg-line" />
      <h2 className="font-semibold text-muted text-xs">{words}</h2>
      <span className="h-px flex-1 bg-line" />
    </div>
  );
}

function NewDivider() {
  return (
    <div className="new-messages flex items-center gap-3 px-4 pt-3 pb-1 text-accent sm:px-5">
      <span className="h-px flex-1 bg-accent" />
      <span className="font-semibold text-xs">New messages</span>
    </div>
  );
}
