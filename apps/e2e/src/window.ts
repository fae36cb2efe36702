import type { BrowserContext, Locator, Page } from "playwright-core";

/** A message as a person sees it in the list. */
export interface SeenMessage {
  readonly from: string;
  readonly text: string;
  readonly status: string;
}

/** A browser window on the chat, and what a person can do and see in it. */
export interface ChatWindow {
  readonly page: Page;
  readonly composer: Locator;
  readonly banner: Locator;
  /** Types into the composer and presses Enter. */
  say(text: string): Promise<void>;
  messages(): Promise<readonly SeenMessage[]>;
  /** Who came and who left, in words. */
  notices(): Promise<readonly string[]>;
  typing(): Promise<string>;
  /** The names in the list of those who are online. */
  people(): Promise<readonly string[]>;
}

/** Opens the page and enters under a name. */
export async function enter(context: BrowserContext, url: string, name: string): Promise<ChatWindow> {
  const page = await context.newPage();
  await page.goto(url);
  await page.getByLabel("What should the others call you?").fill(name);
  await page.getByRole("button", { name: "Enter" }).click();
  return opened(page);
}

/** Opens the page in a browser that knows who its user is. */
export async function comeBack(context: BrowserContext, url: string): Promise<ChatWindow> {
  const page = await context.newPage();
  await page.goto(url);
  return opened(page);
}

/** The window of a page that is in the room, or about to be. */
export async function opened(page: Page): Promise<ChatWindow> {
  const composer = page.getByLabel("Message", { exact: true });
  await composer.waitFor();
  // The room is open once it says that there is more, that it began, or that nobody has said anything.
  await page.locator(".message, .event, .notice:has-text('Nobody has said')").first().waitFor({ state: "attached" });
  return windowOf(page);
}

/** What a person can do and see in a page, whatever it shows. */
export function windowOf(page: Page): ChatWindow {
  const composer = page.getByLabel("Message", { exact: true });
  return {
    page,
    composer,
    banner: page.locator(".banner"),
    async say(text) {
      await composer.fill(text);
      await composer.press("Enter");
    },
    messages: () => page.locator(".message").evaluateAll(readMessages),
    notices: () => page.locator(".event").evaluateAll(readNotices),
    async typing() {
      return (await page.locator(".typing").textContent()) ?? "";
    },
    people: async () => (await page.locator(".people [data-here=true] .name").allTextContents()).toSorted(),
  };
}

// These run in the browser, where nothing of this file is there.
function readMessages(rows: readonly Element[]): SeenMessage[] {
  return rows.map((row) => {
    const from = row.getAttribute("data-name") ?? "";
    const text = row.querySelector(".text")?.textContent ?? "";
    return { from, text, status: row.getAttribute("data-status") ?? "" };
  });
}

function readNotices(rows: readonly Element[]): string[] {
  return rows.map((row) => row.firstChild?.textContent ?? "");
}
