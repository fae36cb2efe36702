import { join } from "node:path";
import type { Browser, BrowserContext, BrowserContextOptions } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { launchChromium } from "../src/chromium.ts";
import { type ServerProcess, startServer } from "../src/server-process.ts";
import { temporaryFolder } from "../src/temporary-folder.ts";
import { type ChatWindow, enter } from "../src/window.ts";
import { hasBrowsers } from "./browsers.ts";

/** A server and a browser for the tests of a file. */
export interface Stage {
  readonly url: string;
  /** A browser of somebody's own; what goes wrong in its pages fails the test. */
  context(options?: BrowserContextOptions): Promise<BrowserContext>;
  /** Somebody new in a browser of their own. */
  person(name: string, options?: BrowserContextOptions): Promise<ChatWindow>;
}

/** What a page says when its network is cut, which some tests do. */
const ofTheNetwork = /WebSocket|net::ERR|Failed to load resource/;

/** Sets the stage; to be called once at the top of a file. */
export function setStage(prepare?: (dataFolder: string) => Promise<void>): Stage {
  const isAble = hasBrowsers();
  const faults: string[] = [];
  let browser: Browser;
  let server: ServerProcess;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    if (!isAble) return;
    const folder = await temporaryFolder();
    remove = folder.remove;
    const dataFolder = join(folder.path, "data");
    await prepare?.(dataFolder);
    server = await startServer({ PORT: "0", DIALOGUE_DATA_DIR: dataFolder });
    browser = await launchChromium();
  });

  afterEach(async () => {
    if (!isAble) return;
    await Promise.all(browser.contexts().map((context) => context.close()));
    expect(faults.splice(0)).toEqual([]);
  });

  afterAll(async () => {
    if (!isAble) return;
    await browser.close();
    await server.end("SIGTERM");
    await remove();
  });

  async function context(options?: BrowserContextOptions): Promise<BrowserContext> {
    const made = await browser.newContext(options);
    made.on("weberror", (error) => faults.push(String(error.error())));
    made.on("console", (message) => {
      if (message.type() === "error" && !ofTheNetwork.test(message.text())) faults.push(message.text());
    });
    return made;
  }

  return {
    get url() {
      return server.url;
    },
    context,
    person: async (name, options) => enter(await context(options), server.url, name),
  };
}

export const desk: BrowserContextOptions = { viewport: { width: 1280, height: 720 } };
export const phone: BrowserContextOptions = { viewport: { width: 360, height: 640 }, isMobile: true, hasTouch: true };

/** The sizes at which what people do together is tested. */
export const sizes = [
  { size: "on a desk", options: desk },
  { size: "on 360 pixels", options: phone },
] as const;
