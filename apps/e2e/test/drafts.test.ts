import { expect, it } from "vitest";
import { enterAs } from "../src/members.ts";
import { comeBack } from "../src/window.ts";
import { eventually } from "./eventually.ts";
import { setStage } from "./stage.ts";

const stage = setStage();

it("keeps a draft for each room, and through a reload", async () => {
  const { page, composer } = await stage.person("Ada");
  await composer.fill("half a thought");
  await page.getByRole("button", { name: "Create a room" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Elsewhere");
  await page.getByRole("button", { name: "Create room" }).click();
  await eventually(() => page.locator("h1").textContent()).toBe("Elsewhere");
  expect(await composer.inputValue()).toBe("");
  await eventually(() => page.locator("[data-room=general]").textContent()).toContain("a draft");
  await page.locator("[data-room=general]").click();
  await eventually(() => composer.inputValue()).toBe("half a thought");
  await page.reload();
  await eventually(() => composer.inputValue()).toBe("half a thought");
  await composer.press("Enter");
  await eventually(() => page.locator(".message.own.sent").count()).toBe(1);
  await page.reload();
  await page.locator(".message.own").waitFor();
  expect(await composer.inputValue()).toBe("");
});

it("is one person in two tabs: each shows what the other sends once, and what one has read is read in both", async () => {
  const first = await stage.person("Ada");
  const second = await comeBack(first.page.context(), stage.url);
  await first.say("from the first tab");
  await second.say("from the second tab");
  for (const tab of [first, second])
    await eventually(async () =>
      (await tab.messages()).slice(-2).map(({ text, status }) => `${text} ${status}`),
    ).toEqual(["from the first tab sent", "from the second tab sent"]);

  await first.page.getByRole("button", { name: "Create a room" }).click();
  await first.page.getByLabel("Name", { exact: true }).fill("Aside");
  await first.page.getByRole("button", { name: "Create room" }).click();
  await eventually(() => first.page.locator("h1").textContent()).toBe("Aside");
  const ben = await enterAs(stage.url, "Ben");
  await ben.say("for both of you");
  // The second tab is in the room, where somebody reads.
  await second.page.locator(".message", { hasText: "for both of you" }).waitFor();
  await eventually(() => first.page.locator("[data-room=general] .unread").count()).toBe(0);
  await ben.client.disconnect();
});
