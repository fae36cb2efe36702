import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { enterAs, type Member } from "../src/members.ts";
import { eventually } from "./eventually.ts";
import { offsetOf, scrollTo, topRow, twoFrames } from "./scroller.ts";
import { setStage } from "./stage.ts";

const stage = setStage();
const writers = 24;
/** By then the list is as long as it gets, and the browser has compiled what it runs. */
const warm = 600;
const total = 1_600;
/** A thousand messages that were held would be more than a megabyte. */
const flatBytes = 400_000;

const filler = "So that it weighs something. ".repeat(14);

/** What the page holds in memory once all that is not needed was given back, in bytes. */
async function heldBy(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize;
}

/** Says that many messages, by many people: one may only say so much at a time. */
async function say(members: readonly Member[], from: number, to: number): Promise<void> {
  const ofEach = members.map(async ({ room, auth }, at) => {
    for (let i = from + at; i < to; i += writers)
      for (let isSaid = false; !isSaid; )
        isSaid = await room.trigger("message", { text: `flood ${i + 1}\n${filler}`, senderId: auth.userId }).then(
          () => true,
          () => false,
        );
  });
  await Promise.all(ofEach);
}

it("keeps its memory flat, its elements few and its voice low while a thousand messages come in", async () => {
  const { page } = await stage.person("Reader");
  const members = await Promise.all(Array.from({ length: writers }, (_, i) => enterAs(stage.url, `Writer ${i + 1}`)));
  const voice = page.locator(".announcer");
  await voice.evaluate((element) => {
    const count = () => element.setAttribute("data-said", String(Number(element.getAttribute("data-said")) + 1));
    new MutationObserver(count).observe(element, { childList: true, characterData: true, subtree: true });
  });
  await say(members, 0, warm);
  await eventually(() => page.locator(".message.sent").count()).toBeGreaterThan(5);
  const before = await heldBy(page);
  await say(members, warm, total);
  await page
    .locator(".message", { hasText: /flood 1[56]\d\d/ })
    .last()
    .waitFor();
  await eventually(() => page.getByRole("button", { name: "Newest" }).count()).toBe(0);
  expect((await heldBy(page)) - before).toBeLessThan(flatBytes);
  expect(await page.locator(".scroller *").count()).toBeLessThan(1_500);
  const said = Number(await voice.getAttribute("data-said"));
  expect(said).toBeGreaterThan(0);
  expect(said).toBeLessThan(total / 10);

  // What was let go comes back for whoever scrolls up to it, and stays in view whatever else comes in.
  const old = page.locator(".message", { hasText: /flood 1[23]\d\d/ });
  await eventually(async () => {
    await scrollTo(page, 200);
    return old.count();
  }).toBeGreaterThan(0);
  await eventually(() => page.locator(".older").textContent()).toBe("");
  await page.evaluate(twoFrames);
  const read = await topRow(page);
  await say(members, total, total + 300);
  await eventually(() => page.locator(".to-end").textContent()).toContain("300 new messages");
  expect(Math.abs((await offsetOf(page, read.key)) - read.offset)).toBeLessThan(2);
  await page.locator(".to-end").click();
  // Which of the writers had the last word is open.
  await page
    .locator(".message", { hasText: /flood 1[89]\d\d/ })
    .last()
    .waitFor();
  await eventually(() => page.locator(".to-end").count()).toBe(0);
  await Promise.all(members.map(({ client }) => client.disconnect()));
});
