import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { launchChromium } from "../src/chromium.ts";
import { freePort, type ServerProcess, startServer } from "../src/server-process.ts";
import { temporaryFolder } from "../src/temporary-folder.ts";
import { type ChatWindow, enter } from "../src/window.ts";
import { hasBrowsers } from "./browsers.ts";
import { eventually } from "./eventually.ts";

let browsers: readonly [Browser, Browser];
let server: ServerProcess;
let settings: Readonly<Record<string, string>>;
const folder = await temporaryFolder();
const isAble = hasBrowsers();

beforeAll(async () => {
  if (!isAble) return;
  settings = { PORT: String(await freePort()), DIALOGUE_DATA_DIR: join(folder.path, "data") };
  server = await startServer(settings);
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

async function twoPeople(): Promise<readonly [ChatWindow, ChatWindow]> {
  const [first, second] = await Promise.all(browsers.map((browser) => browser.newContext()));
  if (first === undefined || second === undefined) throw new Error("cannot open two windows");
  return [await enter(first, server.url, "Ada"), await enter(second, server.url, "Ben")];
}

const numbers = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix} ${i + 1}`);

async function sent(window: ChatWindow, prefix: string): Promise<readonly string[]> {
  const all = await window.messages();
  return all.filter(({ text, status }) => text.startsWith(prefix) && status === "sent").map(({ text }) => text);
}

it.each(["SIGKILL", "SIGTERM"] as const)(
  "loses and doubles nothing when the server ends by %s under the open page",
  async (signal) => {
    const [ada, ben] = await twoPeople();
    const texts = numbers(signal, 14);
    for (const [i, text] of texts.entries()) {
      await ada.say(text);
      // In the middle of the stream, without waiting for what is on its way.
      if (i === 6) await server.end(signal);
      if (i === 9) {
        await eventually(() => ada.banner.textContent()).toContain("The connection is lost");
        expect((await ada.messages()).filter(({ status }) => status === "failed")).toEqual([]);
        server = await startServer(settings);
      }
    }
    await eventually(() => sent(ada, signal)).toEqual(texts);
    await eventually(() => sent(ben, signal)).toEqual(texts);
    await eventually(() => ada.banner.textContent()).toBe("");
    const all = (await ben.messages()).map(({ text }) => text).filter((text) => text.startsWith(signal));
    expect(all).toEqual(texts);
    // Both are there again, and were not announced twice by a server that did not see them go.
    await eventually(ben.people).toEqual(["Ada", "Ben (you)"]);
  },
);

it("keeps what is typed while the server is away, and says what is the matter", async () => {
  const [ada] = await twoPeople();
  await server.end("SIGKILL");
  await eventually(() => ada.banner.textContent()).toMatch(/connection is lost.*Trying/);
  await ada.composer.fill("half a thought");
  server = await startServer(settings);
  await eventually(() => ada.banner.textContent()).toBe("");
  expect(await ada.composer.inputValue()).toBe("half a thought");
  await ada.composer.press("Enter");
  await eventually(() => sent(ada, "half")).toEqual(["half a thought"]);
});

it("lets a message wait as long as the server is away", async () => {
  const context = await browsers[0].newContext();
  await context.clock.install();
  const ada = await enter(context, server.url, "Ada");
  await server.end("SIGKILL");
  await ada.say("patience");
  await eventually(() => ada.banner.textContent()).toContain("The connection is lost");
  for (let minute = 0; minute < 5; minute++) await context.clock.fastForward(60_000);
  expect((await ada.messages()).at(-1)).toEqual({ from: "Ada", text: "patience", status: "pending" });
  server = await startServer(settings);
  await context.clock.fastForward(60_000);
  await eventually(() => sent(ada, "patience")).toEqual(["patience"]);
});
