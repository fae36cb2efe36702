import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { launchChromium } from "../src/chromium.ts";
import { enterAs } from "../src/members.ts";
import { type ServerProcess, startServer } from "../src/server-process.ts";
import { temporaryFolder } from "../src/temporary-folder.ts";
import { enter } from "../src/window.ts";
import { hasBrowsers } from "./browsers.ts";
import { eventually } from "./eventually.ts";

let browser: Browser;
let server: ServerProcess;
const folder = await temporaryFolder();
const isAble = hasBrowsers();

beforeAll(async () => {
  if (!isAble) return;
  server = await startServer({ PORT: "0", DIALOGUE_DATA_DIR: join(folder.path, "data") });
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

it("keeps a refused message, says why, and sends it again or gives it up", async () => {
  const context = await browser.newContext();
  // What the page sends as "refuse me" arrives blank, which the server refuses, until the road is mended.
  let isMended = false;
  await context.routeWebSocket(/trpc/, (socket) => {
    const onward = socket.connectToServer();
    socket.onMessage((frame) => onward.send(isMended ? frame : String(frame).replace('"text":"refuse me', '"text":"')));
  });
  const { page, say, composer } = await enter(context, server.url, "Ada");
  await say("refuse me");
  await say("another word");
  const failed = page.locator(".message.failed");
  await eventually(() => failed.locator(".text").allTextContents()).toEqual(["refuse me"]);
  await eventually(() => failed.getByRole("alert").textContent()).toContain("The message was not accepted.");
  await eventually(() => page.locator(".message.sent .text").allTextContents()).toEqual(["another word"]);
  expect(await composer.inputValue()).toBe("");

  isMended = true;
  await failed.getByRole("button", { name: "Try again" }).click();
  await eventually(() => page.locator(".message.sent .text").allTextContents()).toEqual(["another word", "refuse me"]);

  isMended = false;
  await say("refuse me");
  await failed.getByRole("button", { name: "Discard" }).click();
  await eventually(() => page.locator(".message").count()).toBe(2);
});

it("shows one's own message at once, before the server has it", async () => {
  const context = await browser.newContext();
  const held: (() => void)[] = [];
  let isHeld = false;
  await context.routeWebSocket(/trpc/, (socket) => {
    const onward = socket.connectToServer();
    socket.onMessage((frame) => (isHeld ? held.push(() => onward.send(frame)) : onward.send(frame)));
  });
  const { page, say } = await enter(context, server.url, "Ada");
  const own = page.locator(".message.own");
  isHeld = true;
  await say("held back on the road");
  await eventually(() => own.locator(".state").allTextContents()).toEqual(["Sending…"]);
  const [key] = await own.evaluateAll((rows) => rows.map((row) => row.getAttribute("data-key")));
  isHeld = false;
  for (const send of held) send();
  await eventually(() => own.locator(".state").count()).toBe(0);
  // The row that was shown has become the message; no other took its place.
  expect(await own.evaluateAll((rows) => rows.map((row) => row.getAttribute("data-key")))).toEqual([key]);
});

/** Without an answer to a first connect; by itself the page tries again only after `wait` of the time that it may take. */
async function unreached(wait: number) {
  const context = await browser.newContext();
  await context.addInitScript((part) => {
    Math.random = () => part;
  }, wait);
  const { page } = await enter(context, server.url, "Ada");
  let isCut = true;
  await context.routeWebSocket(/trpc/, (socket) => {
    if (isCut) void socket.close();
    else socket.connectToServer();
  });
  await page.reload();
  const banner = page.locator(".banner");
  await eventually(() => banner.textContent()).toContain("The server cannot be reached.");
  const mend = () => {
    isCut = false;
  };
  return { page, banner, mend };
}

it("says that the server cannot be reached, and tries again when asked", async () => {
  const { page, banner, mend } = await unreached(0.99);
  expect(await page.getByRole("button", { name: "Send" }).isDisabled()).toBe(true);
  mend();
  await banner.getByRole("button", { name: "Try again" }).click();
  await page.locator(".event").first().waitFor();
  await eventually(() => banner.textContent()).toBe("");
});

it("offers to load history again when it did not come", async () => {
  const context = await browser.newContext();
  let isRefused = false;
  await context.routeWebSocket(/trpc/, (socket) => {
    const onward = socket.connectToServer();
    // A limit beyond what the server allows is refused by it.
    socket.onMessage((frame) => onward.send(isRefused ? String(frame).replace('"limit":50', '"limit":9999') : frame));
  });
  const writers = await Promise.all(Array.from({ length: 6 }, (_, i) => enterAs(server.url, `Writer ${i + 1}`)));
  // As many each as one person may say at once.
  for (let i = 0; i < 10; i++) await Promise.all(writers.map(({ say }) => say(`${i}\n\nof many`)));

  isRefused = true;
  const { page } = await enter(context, server.url, "Reader");
  await page.locator(".scroller").evaluate((scroller) => {
    scroller.scrollTop = 0;
  });
  const older = page.locator(".older");
  await eventually(() => older.textContent()).toContain("Messages could not be loaded.");
  isRefused = false;
  await older.getByRole("button", { name: "Try again" }).click();
  await eventually(async () => {
    await page.locator(".scroller").evaluate((scroller) => {
      scroller.scrollTop = 0;
    });
    return page.locator(".message .text", { hasText: /^0\n/ }).count();
  }).toBe(6);
  await Promise.all(writers.map(({ client }) => client.disconnect()));
});

// Behind the test of history, which counts the rows at the top of the room: whoever enters adds one.
it("tries again by itself when the server could not be reached at first", async () => {
  const { page, banner, mend } = await unreached(0.5);
  expect(await banner.textContent()).toContain("This page keeps trying.");
  mend();
  await page.locator(".event").first().waitFor();
  await eventually(() => banner.textContent()).toBe("");
});
