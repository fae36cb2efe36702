import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { launchChromium } from "../src/chromium.ts";
import { enterAs, type Member } from "../src/members.ts";
import { type ServerProcess, startServer } from "../src/server-process.ts";
import { temporaryFolder } from "../src/temporary-folder.ts";
import { enter, opened } from "../src/window.ts";
import { hasBrowsers } from "./browsers.ts";
import { eventually } from "./eventually.ts";
import { distanceToEnd, heightOf, offsetOf, scrollTo, topRow, twoFrames } from "./scroller.ts";

const writers = 8;
const each = 20;
const texts = Array.from({ length: each * writers }, (_, i) => `line ${i + 1}`);

let browser: Browser;
let server: ServerProcess;
let members: readonly Member[] = [];
const folder = await temporaryFolder();
const isAble = hasBrowsers();

beforeAll(async () => {
  if (!isAble) return;
  server = await startServer({ PORT: "0", DIALOGUE_DATA_DIR: join(folder.path, "data") });
  browser = await launchChromium();
  members = await Promise.all(Array.from({ length: writers }, (_, i) => enterAs(server.url, `Writer ${i + 1}`)));
  // One after the other, so that the order is known; many people, because each may say only so much at a time.
  for (const [i, text] of texts.entries()) await members[i % writers]?.say(text);
});

afterEach(async () => {
  if (isAble) await Promise.all(browser.contexts().map((context) => context.close()));
});

afterAll(async () => {
  if (!isAble) return;
  await Promise.all(members.map(({ client }) => client.disconnect()));
  await browser.close();
  await server.end("SIGTERM");
  await folder.remove();
});

/** The lines that are in the page now: those in view and some around them. */
async function lines(page: Page): Promise<readonly string[]> {
  const all = await page.locator(".message .text").allTextContents();
  return all.filter((text) => text.startsWith("line "));
}

/** Every line of the list from its top to its end, in the order in which they stand. */
async function linesOnTheWayDown(page: Page): Promise<readonly string[]> {
  const seen = new Map<number, string>();
  for (let top = 0; ; top += 300) {
    await scrollTo(page, top);
    await page.evaluate(twoFrames);
    for (const [at, text] of await page.locator("[data-index]:has(.text)").evaluateAll(readIndexed)) seen.set(at, text);
    if ((await distanceToEnd(page)) < 2) break;
  }
  const all = [...seen].toSorted(([one], [other]) => one - other).map(([, text]) => text);
  return all.filter((text) => text.startsWith("line "));
}

function readIndexed(rows: readonly Element[]): [number, string][] {
  return rows.map((row) => [Number(row.getAttribute("data-index")), row.querySelector(".text")?.textContent ?? ""]);
}

it("opens at the newest message and loads older ones on the way up, without a jump, a hole or a repeat", async () => {
  const { page } = await enter(await browser.newContext(), server.url, "Reader");
  await eventually(() => lines(page)).toContain(texts.at(-1));
  expect(await distanceToEnd(page)).toBeLessThan(2);
  expect((await lines(page)).length).toBeLessThan(texts.length);

  while (!(await lines(page)).includes("line 1")) {
    const height = await heightOf(page);
    await scrollTo(page, 120);
    await page.evaluate(twoFrames);
    const before = await topRow(page);
    await eventually(() => heightOf(page)).toBeGreaterThan(height);
    await page.evaluate(twoFrames);
    expect(Math.abs((await offsetOf(page, before.key)) - before.offset)).toBeLessThan(2);
    if ((await page.locator(".older").textContent()) !== "") break;
  }
  await scrollTo(page, 0);
  await eventually(() => page.locator(".older").textContent()).toBe("This is where it began.");
  expect(await linesOnTheWayDown(page)).toEqual(texts);
});

it("leaves a reader further up where they are when something is said, and takes them to it on request", async () => {
  const { page, say } = await enter(await browser.newContext(), server.url, "Reader");
  await eventually(() => lines(page)).toContain(texts.at(-1));
  const middle = (await heightOf(page)) / 2;
  await scrollTo(page, middle);
  const toNewest = page.getByRole("button", { name: "Newest" });
  await toNewest.waitFor();
  await page.evaluate(twoFrames);
  const before = await topRow(page);
  await members[0]?.say("somebody speaks up");
  await eventually(() => toNewest.textContent()).toBe("1 new message");
  expect(Math.abs((await offsetOf(page, before.key)) - before.offset)).toBeLessThan(2);
  await toNewest.click();
  await eventually(() => distanceToEnd(page)).toBeLessThan(2);

  await scrollTo(page, middle);
  await toNewest.waitFor();
  await say("my own word is where I look next");
  await eventually(() => distanceToEnd(page)).toBeLessThan(2);
});

it("leads to where the new begins, and leaves the mark there while one reads on", async () => {
  const { page } = await enter(
    await browser.newContext({ viewport: { width: 1180, height: 600 } }),
    server.url,
    "Reader",
  );
  await eventually(() => lines(page)).toContain(texts.at(-1));
  await page.getByRole("button", { name: "Create a room" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Aside");
  await page.getByRole("button", { name: "Create room" }).click();
  await eventually(() => page.locator("h1").textContent()).toBe("Aside");
  for (let i = 1; i <= 4 * writers; i++) await members[i % writers]?.say(`news ${i}.`);
  await eventually(() => page.locator("[data-room=general] .unread").textContent()).toBe("32 unread");
  await page.locator("[data-room=general]").click();

  const toNew = page.locator(".to-new");
  await eventually(() => toNew.textContent()).toBe("32 new messages");
  await toNew.click();
  const mark = page.locator("[data-index]", { has: page.locator(".new-messages") });
  await eventually(() => mark.locator(".text").textContent()).toBe("news 1.");
  await eventually(() => toNew.count()).toBe(0);
  const top = (await page.locator(".scroller").boundingBox())?.y ?? 0;
  expect((await mark.boundingBox())?.y).toBeGreaterThanOrEqual(top - 1);

  await members[0]?.say("said meanwhile");
  const toNewest = page.locator(".to-end");
  await eventually(() => toNewest.textContent()).toBe("1 new message");
  expect(await mark.locator(".text").textContent()).toBe("news 1.");
  await toNewest.click();
  await eventually(() => mark.locator(".text").allTextContents()).toEqual(["said meanwhile"]);
});

it("fits a window of 360 pixels", async () => {
  const context = await browser.newContext({ viewport: { width: 360, height: 640 }, isMobile: true, hasTouch: true });
  const { page, say, composer } = await enter(context, server.url, "A name of forty characters, all of them x");
  await say(`https://example.org/${"long".repeat(60)}`);
  await say("two\nlines");
  await eventually(() => page.locator(".message.own").count()).toBe(2);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  expect(await page.locator(".scroller").evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  for (const part of [composer, page.getByRole("button", { name: "Send" }), page.locator(".people-button")]) {
    const box = await part.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(360);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(640);
  }
  expect(await page.locator(".people").count()).toBe(0);
  await page.getByRole("button", { name: /online/ }).tap();
  await page.locator(".people").getByText("Writer 1", { exact: true }).waitFor();
});

it("is used with the keyboard alone", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(server.url);
  const focused = () =>
    page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.tagName);
  await page.getByLabel("What should the others call you?").waitFor();
  await page.keyboard.type("Keys");
  await page.keyboard.press("Enter");
  await opened(page);
  await eventually(focused).toBe("TEXTAREA");
  await page.keyboard.type("first line");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("second line");
  await page.keyboard.press("Enter");
  await eventually(() => page.locator(".message.own .text").allTextContents()).toEqual(["first line\nsecond line"]);
  expect(await focused()).toBe("TEXTAREA");

  await page.keyboard.type("with the button");
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Send");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle);
  expect(outline).toBe("solid");
  await page.keyboard.press("Space");
  await eventually(() => page.locator(".message.own").count()).toBe(2);

  await page.keyboard.press("Shift+Tab");
  await eventually(focused).toBe("Messages");
  await page.keyboard.press("PageUp");
  await eventually(() => distanceToEnd(page)).toBeGreaterThan(100);
});

it("sends nothing on an Enter that ends the input of a character", async () => {
  const { page, composer } = await enter(await browser.newContext(), server.url, "Composer");
  await composer.fill("にほ");
  await composer.dispatchEvent("keydown", { key: "Enter", isComposing: true });
  await composer.press("Shift+Enter");
  expect(await page.locator(".message.own").count()).toBe(0);
  expect(await composer.inputValue()).toBe("にほ\n");
});

it("sends no blank message, and none beyond two thousand characters", async () => {
  const { page, say, composer } = await enter(await browser.newContext(), server.url, "Long");
  await say("   ");
  expect(await page.locator(".message.own").count()).toBe(0);
  await composer.fill("x".repeat(1_999));
  await composer.press("End");
  await composer.pressSequentially("yz");
  expect((await composer.inputValue()).length).toBe(2_000);
  await page.getByText("0 left", { exact: true }).waitFor();
  await composer.press("Enter");
  await eventually(() => page.locator(".message.own.sent").count()).toBe(1);
});

it("shows as text what looks like markup", async () => {
  const { page, say } = await enter(await browser.newContext(), server.url, "<b>Bold</b>");
  await say("<img src=x onerror=alert(1)> &amp;");
  await eventually(() => page.locator(".message.own .text").allTextContents()).toEqual([
    "<img src=x onerror=alert(1)> &amp;",
  ]);
  expect(await page.locator(".message img, .message b").count()).toBe(0);
});

it("runs no script but its own", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const refused: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") refused.push(message.text());
  });
  await page.goto(server.url);
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "document.title = 'taken over'";
    document.body.append(script);
    return document.title;
  });
  expect(ran).toBe("Dialogue");
  expect(refused.join()).toContain("Content Security Policy");
});
