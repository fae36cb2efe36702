import { expect, it } from "vitest";
import { enterAs } from "../src/members.ts";
import { enter } from "../src/window.ts";
import { eventually } from "./eventually.ts";
import { setStage } from "./stage.ts";

const stage = setStage();

it("delivers a message once whose connection was lost before the answer came", async () => {
  const ben = await enterAs(stage.url, "Ben");
  const context = await stage.context();
  let isCut = false;
  let cut = (): void => undefined;
  await context.routeWebSocket(/trpc/, (socket) => {
    if (isCut) return void socket.close();
    const onward = socket.connectToServer();
    // What is sent arrives; nothing comes back.
    onward.onMessage((frame) => (isCut ? undefined : socket.send(frame)));
    cut = () => void socket.close({ code: 1012 });
  });
  const { page, say, banner, messages } = await enter(context, stage.url, "Ada");
  isCut = true;
  await say("into the gap");
  await eventually(async () => (await ben.room.getHistory("message")).events.length).toBe(1);
  cut();
  await eventually(() => banner.textContent()).toContain("The connection is lost");
  expect((await messages()).map(({ status }) => status)).toEqual(["pending"]);
  await say("while it is away");
  isCut = false;
  await banner.getByRole("button", { name: "Try now" }).click();
  await eventually(async () => (await messages()).map(({ text, status }) => `${text}: ${status}`)).toEqual([
    "into the gap: sent",
    "while it is away: sent",
  ]);
  await eventually(() => banner.textContent()).toBe("");
  expect((await ben.room.getHistory("message")).events).toHaveLength(2);
  expect(await page.locator(".toast").count()).toBe(0);
  await ben.client.disconnect();
});

it("shows at once what is said over a slow network, and keeps the order", async () => {
  const context = await stage.context();
  await context.routeWebSocket(/trpc/, (socket) => {
    const onward = socket.connectToServer();
    socket.onMessage((frame) => void setTimeout(() => onward.send(frame), 300));
    onward.onMessage((frame) => void setTimeout(() => socket.send(frame), 300));
  });
  const ada = await enter(context, stage.url, "Slow Ada");
  const texts = ["one", "two", "three"];
  for (const text of texts) await ada.say(text);
  const own = ada.page.locator(".message.own");
  expect(await own.locator(".text").allTextContents()).toEqual(texts);
  expect(await ada.page.locator(".message.own.pending").count()).toBeGreaterThan(0);
  await eventually(() => ada.page.locator(".message.own.sent .text").allTextContents()).toEqual(texts);
});
