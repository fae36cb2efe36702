import { useVirtualizer, type VirtualItem, type Virtualizer } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useConnection } from "../connection/chat-hooks.ts";
import type { RoomMessages } from "./room-messages.ts";
import type { Row } from "./rows.ts";

/** How near to an end of the list the next page is asked for, in pixels. */
const ahead = 600;

/** How near to the end counts as there, in pixels. */
const slack = 48;

/** How many rows' heights are remembered in vain before that is tidied up. */
const spare = 100;

/** Room for what is said above the first row. */
const above = 56;

interface ScrollingOptions {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly list: RoomMessages;
  readonly rows: readonly Row[];
  /** The row that the keyboard is on stays in the page. */
  readonly active: number;
}

/** Keeps what is read in view while rows come and go around it, and asks for more where an end comes near. */
export function useScrolling({ scroller, list, rows, active }: ScrollingOptions) {
  const atEnd = useRef(true);
  const lastTop = useRef(0);
  const [isAtEnd, setAtEnd] = useState(true);
  // What comes after a gap is a page to read on in, not news to follow.
  const wasLive = useRef(true);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (isTall(rows[index]) ? 62 : 28),
    getItemKey: (index) => rows[index]?.key ?? index,
    rangeExtractor: ({ startIndex, endIndex, overscan }) => around(startIndex, endIndex, overscan, rows.length, active),
    overscan: 8,
    paddingStart: above,
    anchorTo: "end",
    followOnAppend: wasLive.current && !list.hasNewer,
    scrollEndThreshold: slack,
    directDomUpdates: true,
    directDomUpdatesMode: "position",
  });

  const settle = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    lastTop.current = element.scrollTop;
    const below = belowView(element);
    const isEnd = below < slack && !list.hasNewer;
    atEnd.current = isEnd;
    setAtEnd(isEnd);
    list.follow(isEnd);
    if (list.paging !== undefined || list.error !== undefined) return;
    if (below < ahead && list.hasNewer) void list.loadNewer();
    else if (element.scrollTop < ahead && list.hasOlder) void list.loadOlder();
  }, [scroller, list]);

  useLayoutEffect(() => {
    wasLive.current = !list.hasNewer;
  });

  useLayoutEffect(() => {
    virtualizer.shouldAdjustScrollPositionOnItemSizeChange = startsAbove;
  }, [virtualizer]);

  const isShown = rows.length > 0;
  useLayoutEffect(() => {
    if (isShown) virtualizer.scrollToEnd();
  }, [isShown, virtualizer]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: new rows call for a look at where they leave the reader
  useEffect(() => settle(), [settle, rows]);

  useEffect(() => forgetSizes(virtualizer, rows), [virtualizer, rows]);

  useLostPage(list);
  useStayAtEnd({ scroller, atEnd, lastTop, isShown });

  const toEnd = useCallback(async () => {
    await list.loadNewest();
    virtualizer.scrollToEnd();
  }, [list, virtualizer]);

  return { virtualizer, isAtEnd, toEnd, onScroll: settle };
}

/** The virtual list remembers the height of every row that it has ever shown: those of rows that are gone are let go. */
function forgetSizes({ itemSizeCache }: Virtualizer<HTMLElement, Element>, rows: readonly Row[]): void {
  if (itemSizeCache.size <= rows.length + spare) return;
  const shown = new Set<unknown>(rows.map(({ key }) => key));
  for (const key of itemSizeCache.keys()) if (!shown.has(key)) itemSizeCache.delete(key);
}

/** A page that did not come for want of a connection is asked for again when there is one. */
function useLostPage({ error, hasOlder, loadOlder }: RoomMessages): void {
  const { state } = useConnection();
  const wasConnected = useRef(true);
  useEffect(() => {
    const isBack = state === "connected" && !wasConnected.current;
    wasConnected.current = state === "connected";
    if (isBack && error !== undefined && hasOlder) void loadOlder();
  }, [state, error, hasOlder, loadOlder]);
}

/**
 * The list gets another height when the window does, when a keyboard opens, when the composer grows; what is in it, when
 * rows come and are measured.
 */
function useStayAtEnd({
  scroller,
  atEnd,
  lastTop,
  isShown,
}: Pick<ScrollingOptions, "scroller"> & {
  readonly atEnd: RefObject<boolean>;
  readonly lastTop: RefObject<number>;
  readonly isShown: boolean;
}): void {
  useEffect(() => {
    const element = scroller.current;
    if (element === null || !isShown) return;
    const observer = new ResizeObserver(() => {
      // Who has scrolled away in this very moment has not been noticed yet.
      const hasLeft = element.scrollTop < lastTop.current - 1 && belowView(element) > slack;
      if (atEnd.current && !hasLeft) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, [scroller, atEnd, lastTop, isShown]);
}

/** How much there is below what is in view, in pixels. */
function belowView({ scrollHeight, scrollTop, clientHeight }: HTMLElement): number {
  return scrollHeight - scrollTop - clientHeight;
}

/** A row changes at its top, where a day or an author is named or not any more: what is read below must not move. */
function startsAbove({ start }: VirtualItem, _: number, list: { readonly scrollOffset: number | null }): boolean {
  return start < (list.scrollOffset ?? 0);
}

function isTall(row: Row | undefined): boolean {
  return row?.kind === "message" && row.isFirst;
}

function around(start: number, end: number, overscan: number, count: number, active: number): number[] {
  const first = Math.max(0, start - overscan);
  const last = Math.min(count - 1, end + overscan);
  const range = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  if (active < 0 || active >= count || (active >= first && active <= last)) return range;
  return active < first ? [active, ...range] : [...range, active];
}
