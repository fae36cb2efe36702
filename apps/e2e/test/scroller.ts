import type { Page } from "playwright-core";

/** Runs in the page: what was scrolled to is drawn. */
export function twoFrames(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
}

/** The row at the top of the view, and how far below the top it stands. */
export function topRow(page: Page) {
  return page.locator(".scroller").evaluate((scroller) => {
    const { top } = scroller.getBoundingClientRect();
    const rows = [...scroller.querySelectorAll<HTMLElement>(".message, .event")];
    const row = rows.find((one) => one.getBoundingClientRect().bottom > top);
    return { key: row?.dataset.key ?? "", offset: (row?.getBoundingClientRect().top ?? 0) - top };
  });
}

/** How far below the top of the view a row stands; NaN for one that is not in the page. */
export function offsetOf(page: Page, key: string) {
  return page.locator(".scroller").evaluate((scroller, wanted) => {
    const row = scroller.querySelector(`[data-key="${wanted}"]`);
    return (row?.getBoundingClientRect().top ?? Number.NaN) - scroller.getBoundingClientRect().top;
  }, key);
}

export function scrollTo(page: Page, top: number) {
  return page.locator(".scroller").evaluate((scroller, to) => {
    scroller.scrollTop = to;
  }, top);
}

export function heightOf(page: Page) {
  return page.locator(".scroller").evaluate(({ scrollHeight }) => scrollHeight);
}

export function distanceToEnd(page: Page) {
  return page
    .locator(".scroller")
    .evaluate((scroller) => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight);
}
