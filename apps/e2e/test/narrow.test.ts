import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { phone, setStage } from "./stage.ts";

const stage = setStage();

/** How far anything reaches beyond the window to the right. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

it("does on 360 pixels what it does on a desk: rooms, members, replies", async () => {
  const { page, say, composer } = await stage.person("Ada", phone);
  await say("something to answer");
  await page.getByRole("button", { name: "Show rooms" }).tap();
  const rooms = page.getByRole("dialog", { name: "Rooms" });
  await rooms.getByRole("button", { name: "Create a room" }).tap();
  await page.getByLabel("Name", { exact: true }).fill("On the way");
  await page.getByRole("button", { name: "Create room" }).tap();
  await eventually(() => page.locator("h1").textContent()).toBe("On the way");
  expect(await overflow(page)).toBe(0);

  await page.getByRole("button", { name: "Show rooms" }).tap();
  await rooms.locator("[data-room=general]").tap();
  await eventually(() => page.locator("h1").textContent()).toBe("General");
  await eventually(() => rooms.count()).toBe(0);
  await page.getByRole("button", { name: /online/ }).tap();
  await page.getByRole("dialog", { name: "Room details" }).getByText("(you)").waitFor();
  await page.keyboard.press("Escape");
  await eventually(() => page.getByRole("dialog").count()).toBe(0);

  await page.locator(".message.own .text").tap();
  await page.locator(".message.own").getByRole("button", { name: "Reply" }).tap();
  await eventually(() => page.locator(".reply-bar").textContent()).toContain("something to answer");
  await composer.fill("an answer");
  await page.getByRole("button", { name: "Send" }).tap();
  await eventually(() => page.locator(".message.own.sent .quote").count()).toBe(1);
  expect(await overflow(page)).toBe(0);
});

/** A window of 1280 and of 1024 pixels at 200 %, and a phone whose text is twice as large. */
const magnified = [
  { width: 640, height: 400, fontSize: "100%" },
  { width: 512, height: 384, fontSize: "100%" },
  { width: 360, height: 800, fontSize: "200%" },
];

it.each(magnified)("can be read and used at twice the size: $width × $height with text of $fontSize", async (shape) => {
  const { width, height, fontSize } = shape;
  const { page, say, composer } = await stage.person("Ada", { viewport: { width, height } });
  await page.evaluate((size) => {
    document.documentElement.style.fontSize = size;
  }, fontSize);
  await say("a message of some length, so that it takes more than one line of the list in a window that is narrow");
  await eventually(() => page.locator(".message.own.sent").count()).toBe(1);
  expect(await overflow(page)).toBe(0);
  const scroller = page.locator(".scroller");
  expect(await scroller.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  for (const part of [composer, page.getByRole("button", { name: "Send" }), page.locator(".people-button")]) {
    const box = await part.boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(height);
  }
  for (const part of [composer, page.locator(".message.own .text")])
    expect((await part.boundingBox())?.width).toBeGreaterThan(width / 4);
  // The name of the room is read in full, or at least begun.
  const title = await page.locator("h1").evaluate(({ clientWidth, scrollWidth }) => clientWidth / scrollWidth);
  expect(title).toBeGreaterThan(fontSize === "100%" ? 0.99 : 0.5);
});

it("moves nothing for those who asked for that", async () => {
  const { page, say } = await stage.person("Ada", { reducedMotion: "reduce" });
  await say("quiet");
  const longest = await page.evaluate(() =>
    Math.max(
      ...document.getAnimations().map((animation) => Number(animation.effect?.getComputedTiming().duration ?? 0)),
      0,
    ),
  );
  expect(longest).toBeLessThanOrEqual(1);
});
