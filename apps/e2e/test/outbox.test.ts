import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { launchChromium } from "../src/chromium.ts";
import { enterAs } from "../src/members.ts";
import { freePort, type ServerProcess, startServer } from "../src/server-process.ts";
import { temporaryFolder } from "../src/temporary-folder.ts";
import { type ChatWindow, comeBack, enter, windowOf } from "../src/window.ts";
import { hasBrowsers } from "./browsers.ts";
import { eventually } from "./eventually.ts";

const page = fileURLToPath(new URL("../../web/dist/", import.meta.url));
let browser: Browser;
let server: ServerProcess;
let settings: Readonly<Record<string, string>>;
const folder = await temporaryFolder();
const isAble = hasBrowsers();

beforeAll(async () => {
  if (!isAble) return;
  settings = { PORT: String(await freePort()), DIALOGUE_DATA_DIR: join(folder.path, "data") };
  server = await startServer(settings);
  browser = await launchChromium();
});

afterEach(async () => {
  if (isAble) await Promise.all(browser.contexts().map((context) => context.close()));
});

afterAll(async () => {
  if (!isAble) return;
  await browser.close();
  await server.end("SIGTERM");
  await folder.remove();
});

/** The page's own files come from elsewhere, as from a CDN or a browser's cache: they are there when the server is not. */
async function withPageKept(context: BrowserContext): Promise<void> {
  // What does not come from this machine may not reach it, unless it is told so.
  await context.grantPermissions(["local-network-access"]);
  await context.route("**/*", (route) => {
    const path = new URL(route.request().url()).pathname;
    const file = join(page, path === "/" ? "index.html" : path);
    return existsSync(file) ? route.fulfill({ path: file }) : route.continue();
  });
}

async function status(window: ChatWindow, prefix: string): Promise<readonly string[]> {
  const all = await window.messages();
  return all.filter(({ text }) => text.startsWith(prefix)).map(({ text, status: now }) => `${text}: ${now}`);
}

async function connect(window: ChatWindow): Promise<void> {
  await eventually(async () => {
    const button = window.banner.getByRole("button", { name: /Try (again|now)/ });
    if (await button.isVisible()) await button.click({ timeout: 1_000 }).catch(() => false);
    return (await window.banner.textContent()) === "";
  }).toBe(true);
}

/** All that the log says with this beginning. */
async function log(prefix: string): Promise<readonly string[]> {
  const reader = await enterAs(server.url, "Reader");
  const { events } = await reader.room.getHistory("message", { limit: 200 });
  await reader.client.disconnect();
  return events.map(({ data }) => data.text).filter((text) => text.startsWith(prefix));
}

it("sends what was said while the server was away once, in order, after the page was loaded anew", async () => {
  const context = await browser.newContext();
  await withPageKept(context);
  const ada = await enter(context, server.url, "Ada");
  await ada.say("reload 0");
  await eventually(() => status(ada, "reload")).toEqual(["reload 0: sent"]);
  await server.end("SIGKILL");
  await eventually(() => ada.banner.textContent()).toContain("The connection is lost");
  for (const n of [1, 2, 3]) await ada.say(`reload ${n}`);
  await eventually(() => status(ada, "reload")).toEqual([
    "reload 0: sent",
    "reload 1: pending",
    "reload 2: pending",
    "reload 3: pending",
  ]);
  await ada.page.reload();
  const again = windowOf(ada.page);
  await eventually(() => status(again, "reload")).toEqual([
    "reload 1: pending",
    "reload 2: pending",
    "reload 3: pending",
  ]);
  await again.say("reload 4");
  server = await startServer(settings);
  await connect(again);
  const all = [0, 1, 2, 3, 4].map((n) => `reload ${n}`);
  await eventually(() => status(again, "reload")).toEqual(all.map((text) => `${text}: sent`));
  expect(await log("reload")).toEqual(all);
  await again.page.reload();
  await eventually(() => status(windowOf(again.page), "reload")).toEqual(all.map((text) => `${text}: sent`));
  expect(await log("reload")).toEqual(all);
});

it("sends from one tab what another one left, and from both what both have said, once and in order", async () => {
  const context = await browser.newContext();
  await withPageKept(context);
  const first = await enter(context, server.url, "Ada");
  const second = await comeBack(context, server.url);
  const third = await comeBack(context, server.url);
  await server.end("SIGKILL");
  for (const tab of [first, second, third])
    await eventually(() => tab.banner.textContent()).toContain("The connection is lost");
  const texts = (who: string) => [1, 2, 3, 4].map((n) => `tabs ${who}${n}`);
  for (const [at, text] of texts("a").entries()) {
    await first.say(text);
    await second.say(texts("b")[at] ?? "");
    await third.say(texts("c")[at] ?? "");
  }
  await eventually(async () => (await status(first, "tabs")).length).toBe(12);
  await third.page.close();
  server = await startServer(settings);
  await Promise.all([first, second].map(connect));
  for (const tab of [first, second])
    await eventually(async () => (await status(tab, "tabs")).filter((words) => words.endsWith(": sent")).length).toBe(
      12,
    );
  const said = await log("tabs");
  expect(said).toHaveLength(12);
  for (const who of ["a", "b", "c"]) expect(said.filter((text) => text.startsWith(`tabs ${who}`))).toEqual(texts(who));
});

it.each([
  [
    "is not there",
    () => Reflect.deleteProperty(Window.prototype, "indexedDB") && Reflect.deleteProperty(window, "indexedDB"),
  ],
  [
    "is forbidden",
    () =>
      Object.defineProperty(window, "indexedDB", {
        get() {
          throw new DOMException("denied", "SecurityError");
        },
      }),
  ],
  [
    "never opens",
    () => {
      IDBFactory.prototype.open = () => new EventTarget() as IDBOpenDBRequest;
    },
  ],
])("sends all the same where IndexedDB %s", async (_, spoil) => {
  const context = await browser.newContext();
  const warnings: string[] = [];
  context.on("console", (message) => {
    if (message.type() === "warning" && message.text().includes("Dialogue keeps")) warnings.push(message.text());
  });
  await context.addInitScript(spoil);
  const prefix = `spoilt ${Math.random()}`;
  const ada = await enter(context, server.url, "Ada");
  await ada.say(`${prefix} 1`);
  await eventually(() => status(ada, prefix)).toEqual([`${prefix} 1: sent`]);
  await server.end("SIGKILL");
  await eventually(() => ada.banner.textContent()).toContain("The connection is lost");
  await ada.say(`${prefix} 2`);
  server = await startServer(settings);
  await connect(ada);
  await eventually(() => status(ada, prefix)).toEqual([`${prefix} 1: sent`, `${prefix} 2: sent`]);
  expect(await log(prefix)).toEqual([`${prefix} 1`, `${prefix} 2`]);
  expect(warnings.length).toBeLessThanOrEqual(1);
});
