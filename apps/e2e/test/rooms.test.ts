import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { setStage } from "./stage.ts";

const stage = setStage();

const titleOf = (page: Page) => page.locator("h1").textContent();

async function createRoom(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Create a room" }).click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Create room" }).click();
}

it("makes a room that others find, enter, read in and leave", async () => {
  const [ada, ben] = [await stage.person("Ada"), await stage.person("Ben")];
  await createRoom(ada.page, "Design talk");
  await eventually(() => titleOf(ada.page)).toBe("Design talk");
  await ada.page.getByText("Nobody has said anything yet").waitFor();
  await ada.say("a word in the new room");

  await ben.page.reload();
  await ben.page.getByRole("button", { name: "Enter Design talk" }).click();
  await eventually(() => titleOf(ben.page)).toBe("Design talk");
  await eventually(async () => (await ben.messages()).map(({ text }) => text)).toEqual(["a word in the new room"]);
  await eventually(ada.people).toEqual(["Ada (you)", "Ben"]);

  await ben.page.getByRole("button", { name: "Leave room" }).click();
  await eventually(() => titleOf(ben.page)).toBe("General");
  await eventually(ada.people).toEqual(["Ada (you)"]);
  expect(await ben.page.locator("[data-room=design-talk]").count()).toBe(0);
  await ben.page.getByRole("button", { name: "Enter again" }).click();
  await eventually(() => titleOf(ben.page)).toBe("Design talk");
});

it("marks what is unread, goes there by a few letters, and shows where the new begins", async () => {
  const [ada, ben] = [await stage.person("Ada"), await stage.person("Ben")];
  await createRoom(ada.page, "Releases");
  await eventually(() => titleOf(ada.page)).toBe("Releases");
  await ada.say("seen before");
  await ben.page.reload();
  await ben.page.getByRole("button", { name: "Enter Releases" }).click();
  await ada.page.locator("[data-room=general]").click();
  await eventually(() => titleOf(ada.page)).toBe("General");
  await ben.say("news one");
  await ben.say("news two");
  const mark = ada.page.locator("[data-room=releases] .unread");
  await eventually(() => mark.textContent()).toBe("2 unread");

  await ada.page.keyboard.press("Control+k");
  await ada.page.getByRole("combobox").pressSequentially("rel");
  await eventually(() => ada.page.getByRole("option", { selected: true }).textContent()).toContain("Releases");
  await ada.page.keyboard.press("Enter");
  await eventually(() => titleOf(ada.page)).toBe("Releases");
  const fresh = ada.page.locator("[data-index]", { has: ada.page.locator(".new-messages") });
  await eventually(() => fresh.locator(".text").allTextContents()).toEqual(["news one"]);
  await eventually(() => mark.count()).toBe(0);
  await ada.page.goBack();
  await eventually(() => titleOf(ada.page)).toBe("General");
});

it("says what to do about a name that is taken, and makes a room from the switcher", async () => {
  const ada = await stage.person("Ada");
  await createRoom(ada.page, "General");
  const dialog = ada.page.getByRole("dialog");
  await eventually(() => dialog.getByRole("alert").textContent()).toContain("There is a room of that name already.");
  await ada.page.keyboard.press("Escape");
  await eventually(() => dialog.count()).toBe(0);

  await ada.page.keyboard.press("Control+k");
  await ada.page.getByRole("combobox").fill("Brand new");
  await ada.page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "Create room" }).click();
  await eventually(() => titleOf(ada.page)).toBe("Brand new");
});
