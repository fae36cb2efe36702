import { randomUUID } from "node:crypto";
import { openLog } from "@dialogue/postgres";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { startServer } from "../src/server-process.ts";
import { eventually } from "./eventually.ts";
import { setStage } from "./stage.ts";

const total = 10_000;
const people = ["Ada", "Ben", "Grace", "Linus"];

/** A room in which much was said. */
async function fill(dataFolder: string): Promise<void> {
  const first = await startServer({ PORT: "0", DIALOGUE_DATA_DIR: dataFolder });
  await first.end("SIGTERM");
  const log = await openLog({ dataDir: dataFolder });
  const drafts = Array.from({ length: total }, (_, i) => {
    const name = people[Math.floor(i / 3) % people.length] ?? "Ada";
    const text = `number ${i + 1}${"\nand another line".repeat(i % 4)}`;
    const data = { text, senderId: name };
    return { roomId: "general", id: randomUUID(), event: "message", data, from: name, meta: { name }, hash: `${i}` };
  });
  for (let at = 0; at < total; at += 100) await log.events.append(drafts.slice(at, at + 100));
  await log.close();
}

const stage = setStage(fill);

/** Goes to the top again and again until the beginning of the log is there. */
function loadAll(page: Page): Promise<void> {
  return page.locator(".scroller").evaluate(async (scroller) => {
    const older = scroller.querySelector(".older");
    while (older?.textContent !== "This is where it began.") {
      scroller.scrollTop = 0;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });
}

/** Scrolls the whole list down, a screen at a time; answers the tasks over 50 ms and the most elements there were. */
function scrollThrough(page: Page) {
  return page.locator(".scroller").evaluate(async (scroller) => {
    const longTasks: number[] = [];
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longTasks.push(Math.round(duration));
    });
    observer.observe({ type: "longtask" });
    let mostElements = 0;
    let screens = 0;
    while (scroller.scrollTop + scroller.clientHeight < scroller.scrollHeight - 2) {
      scroller.scrollTop += scroller.clientHeight * 0.8;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      mostElements = Math.max(mostElements, scroller.querySelectorAll("*").length);
      screens++;
    }
    observer.disconnect();
    return { longTasks, mostElements, screens };
  });
}

it("holds ten thousand messages with no more in the page than a few screens", { timeout: 300_000 }, async () => {
  const { page } = await stage.person("Reader");
  await loadAll(page);
  await eventually(() => page.locator(".message .text").first().textContent()).toMatch(/^number 1(\n|$)/);
  const { longTasks, mostElements, screens } = await scrollThrough(page);
  // biome-ignore lint/suspicious/noConsole: how long a task took is told, not asserted: machines differ
  console.log(`${screens} screens, ${longTasks.length} tasks over 50 ms: ${longTasks.join(", ")} ms`);
  expect(screens).toBeGreaterThan(500);
  expect(mostElements).toBeLessThan(2_500);
  await page.getByText(`number ${total}`).waitFor();
});
