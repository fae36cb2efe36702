import { loadavg } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { fillRoom, loadAll, type Scrolled, scrollThrough } from "./long-room.ts";
import { startServer } from "./server-process.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { enter } from "./window.ts";

const total = 10_000;
const visits = 7;

// Says how fast the page is in front of the embedded database: when the first message shows, and how a long list scrolls.
const folder = await temporaryFolder();
const dataFolder = join(folder.path, "data");
await fillRoom(dataFolder, total);
const server = await startServer({ PORT: "0", DIALOGUE_DATA_DIR: dataFolder });
const browser = await launchChromium();
try {
  const context = await browser.newContext();
  await context.addInitScript(noteFirstMessage);
  const { page } = await enter(context, server.url, "Reader");
  tellTimes("first message, a browser that has never been there", await firstVisits(browser, context, server.url));
  tellTimes("first message, the page loaded again", await reloads(page));
  await loadAll(page);
  tellTasks(`scrolling ${total} loaded messages`, await scrollThrough(page));
  tellTasks("standing still for as many frames", await scrollThrough(page, true));
} finally {
  await browser.close();
  await server.end("SIGTERM");
  await folder.remove();
}

/** Each in a browser that has nothing of the page, and knows only who its user is. */
async function firstVisits(from: Browser, context: BrowserContext, url: string): Promise<number[]> {
  const storageState = await context.storageState();
  const times: number[] = [];
  for (let visit = 0; visit < visits; visit++) {
    const fresh = await from.newContext({ storageState });
    await fresh.addInitScript(noteFirstMessage);
    const page = await fresh.newPage();
    await page.goto(url);
    times.push(await firstMessageAt(page));
    await fresh.close();
  }
  return times;
}

async function reloads(page: Page): Promise<number[]> {
  const times: number[] = [];
  for (let visit = 0; visit < visits; visit++) {
    await page.reload();
    times.push(await firstMessageAt(page));
  }
  return times;
}

/** Runs in the page before it: notes when the first message has been drawn. */
function noteFirstMessage(): void {
  const look = (): void => {
    if (document.querySelector(".message") === null) return void requestAnimationFrame(look);
    requestAnimationFrame(() => performance.mark("first message"));
  };
  requestAnimationFrame(look);
}

/** Milliseconds from the beginning of the navigation. */
async function firstMessageAt(page: Page): Promise<number> {
  await page.waitForFunction(() => performance.getEntriesByName("first message").length > 0);
  return page.evaluate(() => performance.getEntriesByName("first message")[0]?.startTime ?? Number.NaN);
}

function tellTimes(what: string, times: readonly number[]): void {
  const sorted = times.toSorted((one, other) => one - other).map(Math.round);
  tell(what, `median ${sorted[Math.floor(sorted.length / 2)]} ms of ${sorted.join(", ")}`);
}

function tellTasks(what: string, { screens, longTasks }: Scrolled): void {
  const longest = longTasks.length === 0 ? "" : `, the longest ${Math.max(...longTasks)} ms`;
  tell(what, `${longTasks.length} tasks over 50 ms in ${screens} screens${longest}`);
}

function tell(what: string, answer: string): void {
  process.stdout.write(`${what}: ${answer} (load ${loadavg()[0]?.toFixed(1)})\n`);
}
