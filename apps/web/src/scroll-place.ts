/** Where somebody reads in a list that grows at both ends: at its end, or at one of its rows. */
export interface ScrollPlace {
  /** Takes down what is in view now. Answers whether that is the end. */
  remember(): boolean;
  /** Brings back into view what was taken down last. */
  restore(): void;
  /** Takes down the end. */
  toEnd(): void;
}

/** How near to the end counts as there, in pixels. */
const slack = 48;

/** The place in a scrolling element whose rows bear `data-key`; a row that may move among the others bears `data-moves` too. */
export function createScrollPlace(scroller: HTMLElement): ScrollPlace {
  let anchor: { readonly key: string; readonly offset: number } | undefined;

  const offsetOf = (row: Element): number => row.getBoundingClientRect().top - scroller.getBoundingClientRect().top;

  function firstInView(): HTMLElement | undefined {
    const rows = [...scroller.querySelectorAll<HTMLElement>("[data-key]:not([data-moves])")];
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const row = rows[middle];
      if (row !== undefined && offsetOf(row) + row.offsetHeight <= 0) low = middle + 1;
      else high = middle;
    }
    return rows[low];
  }

  return {
    remember() {
      const isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < slack;
      const row = isAtEnd ? undefined : firstInView();
      anchor = row === undefined ? undefined : { key: row.dataset.key ?? "", offset: offsetOf(row) };
      return anchor === undefined;
    },
    restore() {
      if (anchor === undefined) {
        scroller.scrollTop = scroller.scrollHeight;
        return;
      }
      const row = scroller.querySelector(`[data-key="${CSS.escape(anchor.key)}"]`);
      if (row !== null) scroller.scrollTop += offsetOf(row) - anchor.offset;
    },
    toEnd() {
      anchor = undefined;
    },
  };
}
