import { expect, it } from "vitest";
import { enterAs, type Member } from "../src/members.ts";
import { enter } from "../src/window.ts";
import { eventually } from "./eventually.ts";
import { setStage, sizes } from "./stage.ts";

const stage = setStage();

/** What the log holds of somebody's. */
async function saidBy({ room }: Member, name: string): Promise<readonly string[]> {
  const { events } = await room.getHistory("message");
  return events.filter(({ meta }) => meta?.name === name).map(({ data }) => data.text);
}

it.each(sizes)("delivers a message once whose connection was lost before the answer came, $size", async (shape) => {
  const name = `Ada ${shape.size}`;
  const ben = await enterAs(stage.url, "Ben");
  const context = await stage.context(shape.options);
  let isCut = false;
  let cut = (): void => undefined;
  await context.routeWebSocket(/trpc/, (socket) => {
    if (isCut) return void socket.close();
    const onward = socket.connectToServer();
    // What is sent arrives; nothing comes back.
    onward.onMessage((frame) => (isCut ? undefined : socket.send(frame)));
    cut = () => void socket.close({ code: 1012 });
  });
  const { page, say, banner, messages } = await enter(context, stage.url, name);
  const own = async () => (await messages()).filter(({ from }) => from === name);
  isCut = true;
  await say("into the gap");
  await eventually(() => saidBy(ben, name)).toEqual(["into the gap"]);
  cut();
  await eventually(() => banner.textContent()).toContain("The connection is lost");
  expect((await own()).map(({ status }) => status)).toEqual(["pending"]);
  await say("while it is away");
  isCut = false;
  await banner.getByRole("button", { name: "Try now" }).click();
  await eventually(async () => (await own()).map(({ text, status }) => `${text}: ${status}`)).toEqual([
    "into the gap: sent",
    "while it is away: sent",
  ]);
  await eventually(() => banner.textContent()).toBe("");
  expect(await saidBy(ben, name)).toEqual(["into the gap", "while it is away"]);
  expect(await page.locator(".toast").count()).toBe(0);
  await ben.client.disconnect();
});

it.each(sizes)("shows at once what is said over a slow network, and keeps the order, $size", async ({ options }) => {
  const context = await stage.context(options);
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
