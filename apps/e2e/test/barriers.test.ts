import { expect, it } from "vitest";
import { enterAs } from "../src/members.ts";
import { enter, opened } from "../src/window.ts";
import { barriers } from "./barriers.ts";
import { eventually } from "./eventually.ts";
import { twoFrames } from "./scroller.ts";
import { setStage } from "./stage.ts";

const stage = setStage();

/** Nothing fades in: what is half there has no contrast yet. */
const still = { reducedMotion: "reduce" } as const;

const schemes = ["light", "dark"] as const;

it.each(schemes)("keeps nobody out of the sign-in and the room, in the %s", async (colorScheme) => {
  const context = await stage.context({ colorScheme, ...still });
  const page = await context.newPage();
  await page.goto(stage.url);
  await page.getByRole("button", { name: "Enter" }).click();
  expect(await barriers(page)).toEqual([]);
  await page.getByLabel("What should the others call you?").fill("Axe");
  await page.getByRole("button", { name: "Enter" }).click();
  const { say, composer } = await opened(page);
  const ben = await enterAs(stage.url, "Ben");
  const question = await ben.say("a question, with https://example.org in it");
  await say("something of my own");
  await eventually(() => page.locator(".message.own.sent").count()).toBeGreaterThan(0);
  await ben.room.trigger("message", { text: "an answer", senderId: ben.auth.userId, replyTo: question.id });
  await ben.room.trigger("typing", { isTyping: true });
  await page.locator(".quote").last().waitFor();
  await composer.fill("x".repeat(1_900));
  // The list moves once the field has grown.
  await page.evaluate(twoFrames);
  await page.locator(".message").last().hover();
  await page.locator(".message").last().getByRole("button", { name: "Reply" }).click();
  await page.locator(".message").last().hover();
  expect(await barriers(page)).toEqual([]);

  await page.setViewportSize({ width: 360, height: 640 });
  await page.getByRole("button", { name: /online/ }).click();
  await page.getByRole("dialog").waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Show rooms" }).click();
  await page.getByRole("dialog").waitFor();
  expect(await barriers(page)).toEqual([]);
  await ben.client.disconnect();
});

it.each(schemes)("keeps nobody out of the dialogs and an empty room, in the %s", async (colorScheme) => {
  const { page } = await stage.person("Axe", { colorScheme, ...still });
  await page.getByRole("button", { name: "Create a room" }).click();
  await page.getByRole("button", { name: "Create room" }).click();
  await page.getByRole("alert").filter({ hasText: "Give the room a name." }).waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.getByLabel("Name", { exact: true }).fill(`Empty in the ${colorScheme}`);
  await page.getByRole("button", { name: "Create room" }).click();
  await page.getByText("Nobody has said anything yet").waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("e");
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Axe" }).click();
  await page.getByRole("button", { name: "Change name" }).waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Leave room" }).click();
  await page.getByRole("button", { name: "Enter again" }).waitFor();
  expect(await barriers(page)).toEqual([]);
});

it.each(schemes)("keeps nobody out where something failed, in the %s", async (colorScheme) => {
  const context = await stage.context({ colorScheme, ...still });
  let isCut = false;
  let cut = (): void => undefined;
  await context.routeWebSocket(/trpc/, (socket) => {
    if (isCut) return void socket.close();
    const onward = socket.connectToServer();
    socket.onMessage((frame) => onward.send(String(frame).replace('"text":"refuse me', '"text":"')));
    cut = () => void socket.close({ code: 1012 });
  });
  const { page, say, banner } = await enter(context, stage.url, "Axe");
  await say("refuse me");
  await page.locator(".message.failed").waitFor();
  expect(await barriers(page)).toEqual([]);
  isCut = true;
  cut();
  await eventually(() => banner.textContent()).toContain("The connection is lost");
  await say("on its way");
  expect(await barriers(page)).toEqual([]);
  await page.reload();
  // It waits in the browser, and is there before anything that the server has.
  await page.locator(".message", { hasText: "on its way" }).waitFor();
  expect(await barriers(page)).toEqual([]);
  await eventually(() => banner.textContent()).toContain("The server cannot be reached.");
  expect(await barriers(page)).toEqual([]);
});
