import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { enterAs, type Member } from "../src/members.ts";
import { eventually } from "./eventually.ts";
import { setStage } from "./stage.ts";

const stage = setStage();
const writers = 12;
const warm = 200;
const total = 1_000;

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
        isSaid = await room.trigger("message", { text: `flood ${i + 1}`, senderId: auth.userId }).then(
          () => true,
          () => false,
        );
  });
  await Promise.all(ofEach);
}

it("keeps its memory, its elements and its voice low while a thousand messages come in", async () => {
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
    .locator(".message", { hasText: /flood (9\d\d|1000)/ })
    .last()
    .waitFor();
  await eventually(() => page.getByRole("button", { name: "Newest" }).count()).toBe(0);
  // The events themselves are kept, up to ten thousand: some hundred bytes each.
  expect((await heldBy(page)) - before).toBeLessThan(6_000_000);
  expect(await page.locator(".scroller *").count()).toBeLessThan(1_500);
  const said = Number(await voice.getAttribute("data-said"));
  expect(said).toBeGreaterThan(0);
  expect(said).toBeLessThan(total / 10);
  await Promise.all(members.map(({ client }) => client.disconnect()));
});
