import type { BrowserContext, Page } from "playwright-core";
import type { World } from "./world.ts";

/** A state of the page, and how to get there. */
export interface Scene {
  readonly name: string;
  /** Where it is not the same on both. */
  readonly only?: "desktop" | "phone";
  /** The room in which it plays; a stranger has none. */
  readonly room?: string;
  readonly isStranger?: boolean;
  /** Text of twice the size. */
  readonly isLarge?: boolean;
  /** What befalls the page's network. */
  readonly network?: (context: BrowserContext) => Promise<unknown>;
  readonly play: (page: Page, world: World) => Promise<unknown>;
}

/** The main states of the page. */
export const scenes: readonly Scene[] = [
  {
    name: "sign-in",
    isStranger: true,
    play: (page) => page.getByLabel("What should the others call you?").waitFor(),
  },
  {
    name: "chat",
    async play(page, { grace, barbara }) {
      await opened(page);
      await type(page, "See you at three");
      const isPointing = await page.evaluate(() => window.matchMedia("(hover: hover)").matches);
      if (isPointing) await page.locator(".message", { hasText: "one more pair" }).hover();
      for (const { room } of [barbara, grace]) await room.trigger("typing", { isTyping: true });
      await page.locator(".typing", { hasText: /and .* are typing/ }).waitFor();
    },
  },
  {
    name: "reply",
    async play(page) {
      await opened(page);
      const message = page.locator(".message", { hasText: "How long will" });
      const isPointing = await page.evaluate(() => window.matchMedia("(hover: hover)").matches);
      await (isPointing ? message.hover() : message.tap());
      await message.getByRole("button", { name: "Reply" }).click();
      await type(page, "The longest part is the backup.\nAfter that it is a matter of seconds.");
      await page.locator(".reply-bar").waitFor();
    },
  },
  {
    name: "unread",
    room: "release-2-0",
    async play(page, { announce }) {
      await opened(page);
      await page.locator(".scroller").evaluate((scroller) => {
        scroller.scrollTop = 60;
      });
      await page.locator(".new-messages").waitFor();
      await announce("Two people have upgraded already.");
      await page.locator(".to-end", { hasText: "1 new" }).waitFor();
    },
  },
  {
    name: "empty",
    room: "ideas",
    play: (page) => page.getByText("Nobody has said anything yet").waitFor(),
  },
  {
    name: "loading",
    network: (context) => context.routeWebSocket(/trpc/, () => undefined),
    play: (page) => page.getByText("Opening the room…").waitFor({ state: "attached" }),
  },
  {
    name: "failed",
    network: (context) =>
      context.routeWebSocket(/trpc/, (socket) => {
        const onward = socket.connectToServer();
        // The server refuses what is blank.
        socket.onMessage((frame) => onward.send(String(frame).replace('"text":"Lunch at the corner', '"text":"')));
      }),
    async play(page) {
      await opened(page);
      await send(page, "Lunch at the corner");
      await page.locator(".message.failed").waitFor();
    },
  },
  {
    name: "trouble",
    network: (context) => {
      let isCut = false;
      return context.routeWebSocket(/trpc/, (socket) => {
        if (isCut) return void socket.close();
        const onward = socket.connectToServer();
        socket.onMessage((frame) => {
          isCut = String(frame).includes("Cut the line");
          if (isCut) void socket.close({ code: 1012 });
          else onward.send(frame);
        });
      });
    },
    async play(page) {
      await opened(page);
      await send(page, "Cut the line");
      await page.locator(".banner", { hasText: "connection is lost" }).waitFor();
      await page.locator(".message.pending .state").waitFor();
    },
  },
  {
    name: "unreachable",
    async network(context) {
      await context.routeWebSocket(/trpc/, (socket) => void socket.close());
      // The page tries again by itself: not before its picture is taken.
      await context.addInitScript(() => {
        Math.random = () => 0.99;
      });
    },
    play: (page) => page.locator(".banner", { hasText: "cannot be reached" }).waitFor(),
  },
  {
    name: "toast",
    room: "design",
    async play(page) {
      await opened(page);
      await page.locator(".quote").click();
      await page.locator(".toast").waitFor();
    },
  },
  {
    name: "details",
    room: "release-2-0",
    async play(page) {
      await opened(page);
      if ((await page.locator(".people").count()) === 0) await page.locator(".people-button").click();
      await page.locator(".people .name", { hasText: "Linus" }).waitFor();
    },
  },
  {
    name: "rooms",
    only: "phone",
    async play(page) {
      await opened(page);
      await page.getByRole("button", { name: "Show rooms" }).click();
      await page.locator("[data-room=release-2-0] .unread").waitFor();
    },
  },
  {
    name: "switcher",
    async play(page) {
      await opened(page);
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox").fill("re");
      await page.getByRole("option").first().waitFor();
    },
  },
  {
    name: "new-room",
    async play(page) {
      await opened(page);
      const rooms = page.getByRole("button", { name: "Show rooms" });
      if (await rooms.isVisible()) await rooms.click();
      await page.getByRole("button", { name: "Create a room" }).click();
      await page.getByLabel("Name", { exact: true }).fill("General");
      await page.getByRole("button", { name: "Create room" }).click();
      await page.getByRole("alert").filter({ hasText: "There is a room of that name" }).waitFor();
    },
  },
  {
    name: "account",
    async play(page) {
      await opened(page);
      const rooms = page.getByRole("button", { name: "Show rooms" });
      if (await rooms.isVisible()) await rooms.click();
      await page.locator(".me").click();
      await page.getByRole("button", { name: "Change name" }).waitFor();
    },
  },
  { name: "large", isLarge: true, play: opened },
];

/** What was said is there, with who is here and with what one has not read elsewhere. */
async function opened(page: Page): Promise<void> {
  await page.locator(".message").first().waitFor();
  await page.locator(".people-button", { hasText: /[2-9] online/ }).waitFor();
  const unread = page.locator("[data-room=design] .unread");
  if ((await page.locator("[data-room=design]").count()) > 0 && !page.url().endsWith("design")) await unread.waitFor();
}

async function type(page: Page, text: string): Promise<void> {
  await page.locator("textarea").fill(text);
}

async function send(page: Page, text: string): Promise<void> {
  await type(page, text);
  await page.getByRole("button", { name: "Send" }).click();
}
