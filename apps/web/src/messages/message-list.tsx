import { ArrowDown, ArrowUp } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useChat } from "../chat-context.ts";
import { Button } from "../ui/button.tsx";
import { Announcer } from "./announcer.tsx";
import type { MessageActions } from "./message-row.tsx";
import type { RoomMessages } from "./room-messages.ts";
import { RowView } from "./row-view.tsx";
import type { Row } from "./rows.ts";
import { type NewFrom, useNewFrom } from "./use-new-from.ts";
import { useRoving } from "./use-roving.ts";
import { useQuotes } from "./use-rows.ts";
import { useScrolling } from "./use-scrolling.ts";

interface MessageListProps {
  readonly roomId: string;
  readonly list: RoomMessages;
  readonly rows: readonly Row[];
  readonly actions: MessageActions;
  /** The message to go to; another object for each time. */
  readonly target: { readonly id: string } | undefined;
  readonly leave: () => void;
  /** Asks for a list again that could not be had. */
  readonly reload: () => void;
}

/** What was said, oldest first; older messages come when one scrolls up to them. */
export function MessageList({ roomId, list, rows, actions, target, leave, reload }: MessageListProps) {
  const { me } = useChat();
  const quotes = useQuotes(rows);
  const scroller = useRef<HTMLElement>(null);
  const { active, activeKey, hasFocus, press, focused, blurred } = useRoving({ scroller, rows, actions, leave });
  const { virtualizer, isAtEnd, toEnd, onScroll } = useScrolling({ scroller, list, rows, active });
  const { firstNew, count, isMore, unread } = useNewFrom(roomId, rows, isAtEnd, list);
  const newAt = isMore ? 0 : rows.findIndex(({ key }) => key === firstNew);
  const isNewAbove = useIsNewAbove({ firstNew, isMore, newAt, range: virtualizer.range });
  const [lit, setLit] = useState<string | undefined>(undefined);

  useEffect(() => {
    const index = target === undefined ? -1 : rows.findIndex(({ key }) => key === target.id);
    if (index < 0 || target === undefined || lit === target.id) return;
    setLit(target.id);
    virtualizer.scrollToIndex(index, { align: "center" });
  }, [target, rows, lit, virtualizer]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each jump lights its message anew
  useEffect(() => () => setLit(undefined), [target]);

  const unsent = rows.filter(({ seq, kind }) => kind === "message" && seq === undefined).length;
  useFollowOwn(unsent, toEnd);

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <section
        className="scroller flex min-h-0 flex-1 flex-col overflow-y-auto overflow-x-hidden pb-4 outline-offset-[-2px] [overflow-anchor:none]"
        ref={scroller}
        onScroll={onScroll}
        onFocus={focused}
        onBlur={blurred}
        onKeyDown={(event) => press(event, virtualizer)}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must be able to scroll it
        tabIndex={0}
        aria-label="Messages"
      >
        <div ref={virtualizer.containerRef} className="relative mt-auto w-full shrink-0">
          <p className="older absolute inset-x-0 top-0 flex h-14 items-center justify-center gap-2 text-muted text-sm">
            <Older list={list} reload={reload} />
          </p>
          {virtualizer.getVirtualItems().map(({ key, index }) => {
            const row = rows[index];
            return (
              row && (
                <div
                  key={key}
                  ref={virtualizer.measureElement}
                  data-index={index}
                  className="absolute left-0 w-full [contain:layout_style] focus-within:z-10 hover:z-20"
                >
                  <RowView
                    row={row}
                    roomId={roomId}
                    isOwn={row.kind === "message" && row.from === me.id}
                    isFirstNew={row.key === firstNew}
                    isLit={row.key === lit}
                    isActive={row.key === activeKey}
                    hasFocus={hasFocus && row.key === activeKey}
                    quoted={row.kind === "message" && row.replyTo !== undefined ? quotes.get(row.replyTo) : undefined}
                    actions={actions}
                  />
                </div>
              )
            );
          })}
        </div>
      </section>
      {isNewAbove && (
        <NewAbove count={count} isMore={isMore} go={() => virtualizer.scrollToIndex(newAt, { align: "start" })} />
      )}
      {!isAtEnd && <JumpButton unread={unread} toEnd={() => void toEnd()} />}
      <Announcer rows={rows} me={me.id} />
    </div>
  );
}

/** One's own word is where one looks next. */
function useFollowOwn(unsent: number, toEnd: () => Promise<void>): void {
  const [before, setBefore] = useState(unsent);
  useEffect(() => {
    setBefore(unsent);
    if (unsent > before) void toEnd();
  }, [unsent, before, toEnd]);
}

interface NewPlace extends Pick<NewFrom, "firstNew" | "isMore"> {
  readonly newAt: number;
  /** What is in view. */
  readonly range: { readonly startIndex: number } | null;
}

/** Whether what was new begins above what is in view, and was not looked at yet. */
function useIsNewAbove({ firstNew, isMore, newAt, range }: NewPlace): boolean {
  const [wasAbove, setWasAbove] = useState(false);
  const [reached, setReached] = useState<string | undefined>(undefined);
  const isAbove = range !== null && (isMore || (firstNew !== undefined && newAt < range.startIndex));
  useEffect(() => {
    if (isAbove) return setWasAbove(true);
    // A list that opens begins at its top for a moment: only what was above can be scrolled to.
    if (wasAbove && firstNew !== undefined) setReached(firstNew);
  }, [isAbove, wasAbove, firstNew]);
  return isAbove && (isMore || reached !== firstNew);
}

const pill =
  "-translate-x-1/2 absolute left-1/2 z-20 flex h-8 animate-appear items-center gap-1.5 whitespace-nowrap rounded-full px-3.5 font-medium text-sm shadow-float";
const newsLook = "bg-accent-strong text-white hover:brightness-110";

function NewAbove({
  count,
  isMore,
  go,
}: {
  readonly count: number;
  readonly isMore: boolean;
  readonly go: () => void;
}) {
  return (
    <button type="button" onClick={go} className={`to-new top-3 ${pill} ${newsLook}`}>
      <ArrowUp aria-hidden="true" className="size-4" />
      {messageWords(count, isMore)}
    </button>
  );
}

function JumpButton({ unread, toEnd }: { readonly unread: number; readonly toEnd: () => void }) {
  const words = unread === 0 ? "Newest" : messageWords(unread, false);
  return (
    <button
      type="button"
      onClick={toEnd}
      aria-label={unread === 0 ? "Newest messages" : `Newest messages: ${words}`}
      className={`to-end bottom-3 ${pill} ${unread === 0 ? "border border-line bg-raised text-ink hover:bg-hover" : newsLook}`}
    >
      <ArrowDown aria-hidden="true" className="size-4" />
      {words}
    </button>
  );
}

function messageWords(count: number, isMore: boolean): string {
  return `${count}${isMore ? "+" : ""} new ${count === 1 && !isMore ? "message" : "messages"}`;
}

/** What is above the first row. Rows that wait to be sent are there before those that were. */
function Older({ list, reload }: { readonly list: RoomMessages; readonly reload: () => void }) {
  if (list.status === "loading" || list.paging === "older") return "Loading…";
  if (list.status === "failed" || (list.error !== undefined && list.hasOlder))
    return (
      <>
        Messages could not be loaded.{" "}
        <Button size="small" onClick={list.status === "failed" ? reload : () => void list.loadOlder()}>
          Try again
        </Button>
      </>
    );
  return list.hasOlder ? "" : "This is where it began.";
}
