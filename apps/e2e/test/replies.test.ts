import { expect, it } from "vitest";
import { enterAs } from "../src/members.ts";
import { eventually } from "./eventually.ts";
import { setStage } from "./stage.ts";

const stage = setStage();

it("answers a message, with the pointer and with the keyboard, and gives an answer up", async () => {
  const ada = await stage.person("Ada");
  const ben = await enterAs(stage.url, "Ben");
  await ben.say("what shall we eat?");
  const question = ada.page.locator(".message", { hasText: "what shall we eat?" });
  await question.hover();
  await question.getByRole("button", { name: "Reply" }).click();
  const bar = ada.page.locator(".reply-bar");
  await eventually(() => bar.textContent()).toBe("Replying to Ben: what shall we eat?");
  await ada.page.keyboard.press("Escape");
  await eventually(() => bar.count()).toBe(0);

  await ada.page.locator(".scroller").focus();
  await ada.page.keyboard.press("ArrowUp");
  await ada.page.keyboard.press("r");
  await eventually(() => bar.textContent()).toContain("what shall we eat?");
  await ada.page.keyboard.type("soup");
  await ada.page.keyboard.press("Enter");
  const answer = ada.page.locator(".message.own.sent");
  await eventually(() => answer.locator(".quote").textContent()).toBe("In answer to Ben what shall we eat?");
  expect(await bar.count()).toBe(0);
  const { events } = await ben.room.getHistory("message");
  expect(events.at(-1)?.data).toMatchObject({ text: "soup", replyTo: events[0]?.id });
  await ben.client.disconnect();
});

it("quotes a message that is far above, and goes there and back", async () => {
  const writers = await Promise.all(Array.from({ length: 8 }, (_, i) => enterAs(stage.url, `Writer ${i + 1}`)));
  const [first] = writers;
  const original = await first?.say("the first word\nof many");
  for (let i = 0; i < 9; i++) for (const { say } of writers) await say(`more ${i}\n\n`);
  const last = writers.at(-1);
  await last?.room.trigger("message", {
    text: "far below",
    senderId: last.auth.userId,
    ...(original && { replyTo: original.id }),
  });

  const { page } = await stage.person("Reader");
  const quote = page.locator(".message", { hasText: "far below" }).locator(".quote");
  await eventually(() => quote.textContent()).toContain("Writer 1 the first word");
  await quote.click();
  const lit = page.locator(".message.lit");
  await eventually(() => lit.locator(".text").textContent()).toBe("the first word\nof many");
  await eventually(() => lit.isVisible()).toBe(true);
  const box = await lit.boundingBox();
  expect(box?.y).toBeGreaterThan(0);
  expect(box?.y).toBeLessThan(720);

  await page.getByRole("button", { name: "Newest" }).click();
  await page.locator(".message", { hasText: "far below" }).waitFor();
  await eventually(() => page.getByRole("button", { name: "Newest" }).count()).toBe(0);
  await Promise.all(writers.map(({ client }) => client.disconnect()));
});

it("copies a text, and opens only addresses that are safe", async () => {
  const ada = await stage.person("Ada", { permissions: ["clipboard-read", "clipboard-write"] });
  await ada.say("see https://example.org/a, not javascript:alert(1)");
  const own = ada.page.locator(".message.own.sent");
  const links = own.locator("a");
  await eventually(() => links.allTextContents()).toEqual(["https://example.org/a"]);
  expect(await links.getAttribute("rel")).toBe("noopener noreferrer");
  await own.hover();
  await own.getByRole("button", { name: "Copy text" }).click();
  await ada.page.getByText("Copied.").first().waitFor();
  expect(await ada.page.evaluate(() => navigator.clipboard.readText())).toContain("https://example.org/a");
});
