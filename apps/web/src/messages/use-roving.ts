import type { Virtualizer } from "@tanstack/react-virtual";
import { type FocusEvent, type KeyboardEvent, type RefObject, useEffect, useState } from "react";
import type { MessageActions } from "./message-row.tsx";
import type { MessageRow, Row } from "./rows.ts";

interface RovingOptions {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly rows: readonly Row[];
  readonly actions: MessageActions;
  /** Back to where one writes. */
  readonly leave: () => void;
}

type List = Virtualizer<HTMLElement, Element>;

/** Walks through the messages with the arrow keys: one of them at a time is a stop of the tab key. */
export function useRoving({ scroller, rows, actions, leave }: RovingOptions) {
  const [activeKey, setActiveKey] = useState<string | undefined>(undefined);
  const [hasFocus, setFocus] = useState(false);
  const active = activeKey === undefined ? -1 : rows.findIndex(({ key }) => key === activeKey);
  const isGone = activeKey !== undefined && active < 0;

  useEffect(() => {
    if (!isGone) return;
    setActiveKey(undefined);
    // The list let the row go, and the focus with it.
    if (document.activeElement === document.body) scroller.current?.focus({ preventScroll: true });
  }, [isGone, scroller]);

  function go(index: number, list: List): void {
    const row = rows[index];
    if (row === undefined) return;
    setActiveKey(row.key);
    list.scrollToIndex(index, { align: "auto" });
    // The row may have to come into the page first.
    requestAnimationFrame(() => focusOn(list.scrollElement, row.key));
  }

  function press(event: KeyboardEvent, list: List): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return leave();
    const row = rows[active];
    if (row?.kind === "message" && act(event.key, row)) return event.preventDefault();
    const next = nextOf(event.key, rows, active);
    if (next === undefined) return;
    event.preventDefault();
    go(next, list);
  }

  function act(key: string, row: MessageRow): boolean {
    if (row.status !== "sent") return false;
    if (key === "r") actions.reply(row);
    else if (key === "c") actions.copy(row);
    else return false;
    return true;
  }

  function focused(event: FocusEvent): void {
    const key =
      event.target instanceof HTMLElement ? event.target.closest("[data-key]")?.getAttribute("data-key") : null;
    setFocus(true);
    if (key) setActiveKey(key);
  }

  function blurred({ currentTarget, relatedTarget }: FocusEvent): void {
    setFocus(relatedTarget instanceof Node && currentTarget.contains(relatedTarget));
  }

  return { active, activeKey, hasFocus, press, focused, blurred };
}

/** The message that a key leads to; the arrows of a list that is not walked through yet begin at its end. */
function nextOf(key: string, rows: readonly Row[], active: number): number | undefined {
  const isMessage = (row: Row): boolean => row.kind === "message";
  if (key === "ArrowUp" && active < 0) return rows.findLastIndex(isMessage);
  if (key === "ArrowUp") return rows.slice(0, active).findLastIndex(isMessage);
  if (key !== "ArrowDown" || active < 0) return undefined;
  const step = rows.slice(active + 1).findIndex(isMessage);
  return step < 0 ? undefined : active + 1 + step;
}

function focusOn(scroller: Element | null, key: string): void {
  scroller?.querySelector<HTMLElement>(`article[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}
