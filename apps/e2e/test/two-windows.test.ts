import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { launchChromium } from "../src/chromium.ts";
import { type ServerProcess, startServer } from "../src/server-process.ts";
import { temporaryFolder } from "../src/temporary-folder.ts";
import { type ChatWindow, comeBack, enter, opened } from "../src/window.ts";
import { hasBrowsers } from "./browsers.ts";
import { eventually } from "./eventually.ts";

// Two browser processes, as of two people.
let browsers: readonly [Browser, Browser];
let server: ServerProcess;
const folder = await temporaryFolder();
const isAble = hasBrowsers();

beforeAll(async () => {
  if (!isAble) return;
  server = await startServer({ PORT: "0", DIALOGUE_DATA_DIR: join(folder.path, "data") });
  browsers = await Promise.all([launchChromium(), launchChromium()]);
});

afterEach(async () => {
  if (isAble) await Promise.all(browsers.flatMap((browser) => browser.contexts()).map((context) => context.close()));
});

afterAll(async () => {
  if (!isAble) return;
  await Promise.all(browsers.map((browser) => browser.close()));
  await server.end("SIGTERM");
  await folder.remove();
});

let pairs = 0;

/** Two people with names of this test's own, each in a browser of their own. */
async function twoPeople() {
  pairs++;
  const [adaContext, benContext] = await Promise.all(browsers.map((browser) => browser.newContext()));
  if (adaContext === undefined || benContext === undefined) throw new Error("cannot open two windows");
  const ada = await enter(adaContext, server.url, `Ada ${pairs}`);
  const ben = await enter(benContext, server.url, `Ben ${pairs}`);
  const both = [`Ada ${pairs}`, `Ben ${pairs}`];
  return { ada, ben, adaContext, benContext, names: { ada: `Ada ${pairs}`, ben: `Ben ${pairs}` }, both };
}

async function textsOf(window: ChatWindow, prefix: string): Promise<readonly string[]> {
  const all = await window.messages();
  return all.filter(({ text, status }) => text.startsWith(prefix) && status === "sent").map(({ text }) => text);
}

it("carries messages both ways, in one order for both", async () => {
  const { ada, ben, names } = await twoPeople();
  for (let i = 1; i <= 6; i++) await Promise.all([ada.say(`order a${i}`), ben.say(`order b${i}`)]);
  await eventually(() => textsOf(ada, "order")).toHaveLength(12);
  await eventually(() => textsOf(ben, "order")).toHaveLength(12);
  const texts = await textsOf(ada, "order");
  expect(await textsOf(ben, "order")).toEqual(texts);
  for (const who of ["a", "b"])
    expect(texts.filter((text) => text.includes(who, 6))).toEqual([1, 2, 3, 4, 5, 6].map((i) => `order ${who}${i}`));
  const seen = (await ben.messages()).find(({ text }) => text === "order a1");
  expect(seen?.from).toBe(names.ada);
});

it("shows that somebody types, and that they stopped", async () => {
  const { ada, ben, names } = await twoPeople();
  await ben.composer.pressSequentially("hel");
  await eventually(ada.typing).toBe(`${names.ben} is typing…`);
  expect(await ben.typing()).toBe("");
  await ben.composer.fill("");
  await eventually(ada.typing).toBe("");

  await ben.composer.pressSequentially("again");
  await eventually(ada.typing).toBe(`${names.ben} is typing…`);
  await ben.composer.press("Enter");
  await eventually(() => textsOf(ada, "again")).toEqual(["again"]);
  await eventually(ada.typing).toBe("");
});

it("shows nobody typing whose window was closed", async () => {
  const { ada, ben, names } = await twoPeople();
  await ben.composer.pressSequentially("never sent");
  await eventually(ada.typing).toBe(`${names.ben} is typing…`);
  await ben.page.close();
  await eventually(ada.typing).toBe("");
});

it("shows who is there: once for two tabs, and not any more after the last is closed", async () => {
  const { ada, ben, benContext, names } = await twoPeople();
  const everyone = [`${names.ada} (you)`, names.ben];
  await eventually(ada.people).toEqual(everyone);
  const second = await comeBack(benContext, server.url);
  await eventually(second.people).toEqual([names.ada, `${names.ben} (you)`]);
  await second.say("from the second tab");
  await eventually(() => textsOf(ada, "from the second")).toHaveLength(1);
  expect(await ada.people()).toEqual(everyone);

  await ben.page.close();
  await second.say("still here");
  await eventually(() => textsOf(ada, "still here")).toHaveLength(1);
  expect(await ada.people()).toEqual(everyone);

  await second.page.close();
  await eventually(ada.people).toEqual([`${names.ada} (you)`]);
  await eventually(ada.notices).toContain(`${names.ben} left`);
  const joins = (await ada.notices()).filter((notice) => notice === `${names.ben} joined`);
  expect(joins).toHaveLength(1);
});

it("keeps the person and what was said when the page is loaded again", async () => {
  const { ada, ben, names } = await twoPeople();
  await ada.say("reload 1");
  await ben.say("reload 2");
  await eventually(() => textsOf(ben, "reload")).toHaveLength(2);
  const before = await ben.messages();
  await ben.page.reload();
  const again = await opened(ben.page);
  await eventually(again.messages).toEqual(before);
  await again.say("reload 3");
  await eventually(() => textsOf(ada, "reload")).toEqual(["reload 1", "reload 2", "reload 3"]);
  expect((await ada.messages()).at(-1)?.from).toBe(names.ben);
  expect((await ada.notices()).filter((notice) => notice.startsWith(names.ben))).toEqual([`${names.ben} joined`]);
});

it("changes a name and keeps the person", async () => {
  const { ada, ben, names } = await twoPeople();
  await ben.say("under the old name");
  // What is still on its way when the person goes on under another name is given up.
  await eventually(() => textsOf(ada, "under the")).toHaveLength(1);
  await ben.page.getByRole("button", { name: names.ben }).click();
  await ben.page.getByLabel("What should the others call you?").fill(`Countess ${pairs}`);
  await ben.page.getByRole("button", { name: "Change name" }).click();
  await ben.page.getByRole("button", { name: `Countess ${pairs}` }).waitFor();
  const countess = await opened(ben.page);
  await countess.say("under the new name");
  await eventually(() => textsOf(ada, "under the")).toHaveLength(2);
  expect((await ada.messages()).slice(-2).map(({ from }) => from)).toEqual([names.ben, `Countess ${pairs}`]);
  await eventually(ada.people).toEqual([`${names.ada} (you)`, `Countess ${pairs}`]);
});

it("says what is wrong with a name", async () => {
  const context = await browsers[0].newContext();
  const page = await context.newPage();
  await page.goto(server.url);
  await page.getByRole("button", { name: "Enter" }).click();
  await eventually(() => page.getByRole("alert").textContent()).toBe("Type a name first.");
  await page.getByLabel("What should the others call you?").fill("\u200b");
  await page.getByRole("button", { name: "Enter" }).click();
  await eventually(() => page.getByRole("alert").textContent()).toBe("The name is empty.");
});

it("asks for the name again when the browser's token is void", async () => {
  const { ben, names } = await twoPeople();
  await ben.page.evaluate(() => {
    const kept = JSON.parse(localStorage.getItem("dialogue.account") ?? "{}");
    localStorage.setItem("dialogue.account", JSON.stringify({ ...kept, token: "void" }));
  });
  await ben.page.reload();
  await eventually(() => ben.page.getByLabel("What should the others call you?").inputValue()).toBe(names.ben);
});
