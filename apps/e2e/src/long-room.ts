import { randomUUID } from "node:crypto";
import { openLog } from "@dialogue/postgres";
import type { Page } from "playwright-core";
import { startServer } from "./server-process.ts";

const people = ["Ada", "Ben", "Grace", "Linus"];

/** Puts so many messages into the general room of a data folder that no server has open. */
export async function fillRoom(dataFolder: string, total: number): Promise<void> {
  const first = await startServer({ PORT: "0", DIALOGUE_DATA_DIR: dataFolder });
  await first.end("SIGTERM");
  const log = await openLog({ dataDir: dataFolder });
  const drafts = Array.from({ length: total }, (_, i) => {
    const name = people[Math.floor(i / 3) % people.length] ?? "";
    const text = `number ${i + 1}${i % 7 === 0 ? `\n${"and a longer thought about it ".repeat(1 + (i % 5))}` : ""}`;
    const data = { text, senderId: name };
    const event = { event: "message", version: 1, data, from: name, meta: { name } };
    return { roomId: "general", id: randomUUID(), ...event, hash: `${i}` };
  });
  for (let at = 0; at < total; at += 100) await log.events.append(drafts.slice(at, at + 100));
  await log.close();
}

/** Goes to the top again and again until the beginning of the log is there. */
export function loadAll(page: Page): Promise<void> {
  return page.locator(".scroller").evaluate(async (scroller) => {
    const older = scroller.querySelector(".older");
    while (older?.textContent !== "This is where it began.") {
      scroller.scrollTop = 0;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });
}

/** How a page kept up while it was scrolled. */
export interface Scrolled {
  readonly screens: number;
  /** The tasks over 50 ms, in milliseconds. */
  readonly longTasks: readonly number[];
  readonly mostElements: number;
}

/** Scrolls the whole list down, a screen at a time; standing still, it draws the same number of frames. */
export function scrollThrough(page: Page, isStill = false): Promise<Scrolled> {
  return page.locator(".scroller").evaluate(async (scroller, standsStill) => {
    const longTasks: number[] = [];
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longTasks.push(Math.round(duration));
    });
    observer.observe({ type: "longtask" });
    const step = scroller.clientHeight * 0.8;
    const total = Math.ceil((scroller.scrollHeight - scroller.clientHeight) / step);
    let mostElements = 0;
    let screens = 0;
    const isThere = () =>
      standsStill ? screens >= total : scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 2;
    while (!isThere()) {
      if (!standsStill) scroller.scrollTop += step;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      mostElements = Math.max(mostElements, scroller.querySelectorAll("*").length);
      screens++;
    }
    observer.disconnect();
    return { longTasks, mostElements, screens };
  }, isStill);
}
