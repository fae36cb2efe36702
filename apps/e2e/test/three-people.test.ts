import { expect, it } from "vitest";
import { type ChatWindow, comeBack } from "../src/window.ts";
import { eventually } from "./eventually.ts";
import { setStage, sizes } from "./stage.ts";

const stage = setStage();

/** What was said since, as one of them sees it. */
async function saidIn({ messages }: ChatWindow, names: readonly string[]): Promise<readonly string[]> {
  return (await messages())
    .filter(({ from, status }) => names.includes(from) && status === "sent")
    .map(({ text }) => text);
}

async function three(size: string, options: (typeof sizes)[number]["options"]) {
  const names = ["Ada", "Ben", "Cleo"].map((name) => `${name} ${size}`);
  const windows = await Promise.all(names.map((name) => stage.person(name, options)));
  const [ada, ben, cleo] = windows;
  if (!ada || !ben || !cleo) throw new Error("cannot open three windows");
  return { names, windows, ada, ben, cleo };
}

it.each(sizes)("is one talk for three people, in one order, $size", async ({ size, options }) => {
  const { names, windows } = await three(size, options);
  for (let turn = 1; turn <= 4; turn++) await Promise.all(windows.map(({ say }, who) => say(`${"abc"[who]}${turn}`)));
  for (const window of windows) await eventually(() => saidIn(window, names)).toHaveLength(12);
  const [first = [], ...others] = await Promise.all(windows.map((window) => saidIn(window, names)));
  expect(others).toEqual([first, first]);
  for (const who of "abc")
    expect(first.filter((text) => text.startsWith(who))).toEqual([1, 2, 3, 4].map((i) => who + i));
});

it.each(sizes)("tells who types and who is there, $size", async ({ size, options }) => {
  const { names, ada, ben, cleo } = await three(size, options);
  await ben.composer.pressSequentially("he");
  await cleo.composer.pressSequentially("ho");
  await eventually(ada.typing).toContain("are typing…");
  const said = await ada.typing();
  for (const name of names.slice(1)) expect(said).toContain(name);
  await ben.composer.fill("");
  await eventually(ada.typing).toBe(`${names[2]} is typing…`);
  await cleo.composer.fill("");

  if ((await ada.page.locator(".people").count()) === 0) await ada.page.locator(".people-button").click();
  await eventually(ada.people).toEqual(expect.arrayContaining([`${names[0]} (you)`, ...names.slice(1)]));
  await cleo.page.close();
  await eventually(ada.people).not.toContain(names[2]);
});

it.each(sizes)("answers one another, and finds what was said while a window was closed, $size", async (shape) => {
  const { names, ada, ben, cleo } = await three(shape.size, shape.options);
  const text = `who comes along, ${shape.size}?`;
  await ada.say(text);
  const question = ben.page.locator(".message", { hasText: text }).last();
  await question.locator(".text").click();
  await question.getByRole("button", { name: "Reply" }).click();
  const context = cleo.page.context();
  await cleo.page.close();
  await ben.say("I do");
  const back = await comeBack(context, stage.url);
  for (const { page } of [ada, back]) {
    const answer = page.locator(".message.sent", { has: page.locator(".quote", { hasText: text }) }).last();
    await eventually(() => answer.locator(".quote").textContent()).toBe(`In answer to ${names[0]} ${text}`);
  }
  await back.say("me too");
  await eventually(() => saidIn(ada, names)).toEqual([text, "I do", "me too"]);
});
