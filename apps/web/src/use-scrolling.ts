import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Conversation } from "./conversation.ts";
import type { Row } from "./rows.ts";
import { createScrollPlace, type ScrollPlace } from "./scroll-place.ts";
import { hasNewer, hasOlder, type Timeline } from "./timeline.ts";
import { useValue } from "./use-value.ts";

/** How near to an end of the list the next page is asked for, in pixels. */
const ahead = 400;

interface Scrolling {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly isAtEnd: boolean;
  readonly onScroll: () => void;
  readonly toEnd: () => void;
}

/** Keeps what is read in view while rows come and go around it, and asks for more where an end comes near. */
export function useScrolling(conversation: Conversation, timeline: Timeline, rows: readonly Row[]): Scrolling {
  const paging = useValue(conversation.paging);
  const phase = useValue(conversation.phase);
  const scroller = useRef<HTMLElement>(null);
  const place = useRef<ScrollPlace>(undefined);
  const [isAtEnd, setAtEnd] = useState(true);

  const settle = useCallback(() => {
    const element = scroller.current;
    if (element === null || place.current === undefined) return;
    const now = conversation.timeline.current();
    const isEnd = place.current.remember() && !hasNewer(now);
    setAtEnd(isEnd);
    conversation.setAtEnd(isEnd);
    if (conversation.paging.current() !== "idle" || conversation.phase.current().kind !== "open") return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (below < ahead && hasNewer(now)) conversation.loadNewer();
    else if (element.scrollTop < ahead && hasOlder(now)) conversation.loadOlder();
  }, [conversation]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever changes the list, or what may be asked for, calls for a look at it
  useLayoutEffect(() => {
    if (scroller.current === null) return;
    place.current ??= createScrollPlace(scroller.current);
    place.current.restore();
    settle();
  }, [rows, paging, phase, settle]);

  // The list gets another height when the window does, when a keyboard opens, when the composer grows.
  useEffect(() => {
    if (scroller.current === null) return;
    const observer = new ResizeObserver(() => place.current?.restore());
    observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);

  const toEnd = useCallback(() => {
    place.current?.toEnd();
    if (hasNewer(conversation.timeline.current())) conversation.loadNewest();
    place.current?.restore();
    settle();
  }, [conversation, settle]);

  const sending = useRef(0);
  useEffect(() => {
    if (timeline.unsent.length > sending.current) toEnd();
    sending.current = timeline.unsent.length;
  }, [timeline.unsent.length, toEnd]);

  return { scroller, isAtEnd, onScroll: settle, toEnd };
}
