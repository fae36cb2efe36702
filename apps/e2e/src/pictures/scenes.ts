import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { enterAs, type Member } from "../members.ts";
import { type ChatWindow, enter } from "../window.ts";

/** A picture of the page in one of its states. */
export interface Picture {
  readonly name: string;
  readonly png: Buffer;
}

const still = { reducedMotion: "reduce" } as const;
const desktop: BrowserContextOptions = { viewport: { width: 1180, height: 760 }, ...still };
const phone: BrowserContextOptions = {
  viewport: { width: 360, height: 720 },
  isMobile: true,
  hasTouch: true,
  ...still,
};

const script = [
  ["Grace Hopper", "Good morning! Is the release still on for today?"],
  ["Linus", "Yes. The last build is green: https://example.org/builds/1234"],
  ["Linus", "I would like one more pair of eyes on the migration notes, though."],
  ["Ada Lovelace", "I can read them after lunch."],
  ["Grace Hopper", "Thank you, both.\nThe notes are in docs/migrations."],
] as const;

/** Takes the main states of the page in light and dark, on a desk and on a phone. */
export async function takePictures(browser: Browser, url: string): Promise<readonly Picture[]> {
  const pictures: Picture[] = [];

  async function take(page: Page, name: string): Promise<void> {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(withoutTimes);
      const png = await page.screenshot({ animations: "disabled" });
      pictures.push({ name: `${name}-${colorScheme}`, png });
    }
    await page.emulateMedia({ colorScheme: "light" });
  }

  // One after the other: the room tells who came first.
  const others = [await enterAs(url, "Grace Hopper"), await enterAs(url, "Linus")];
  const context = await browser.newContext(desktop);
  const welcome = await context.newPage();
  await welcome.goto(url);
  await welcome.getByLabel("What should the others call you?").waitFor();
  await take(welcome, "sign-in");
  await welcome.close();

  const ada = await enter(context, url, "Ada Lovelace");
  await createRooms(ada.page, take);
  await talk(ada, others);
  await ada.composer.fill("See you at three");
  await ada.page.locator(".message", { hasText: "one more pair" }).hover();
  await take(ada.page, "desktop");
  await ada.page.keyboard.press("Control+k");
  await ada.page.getByRole("combobox").fill("re");
  await take(ada.page, "switcher");
  await ada.page.keyboard.press("Escape");
  await takePhone(browser, context.storageState(), url, take);
  await takeTrouble(browser, context.storageState(), url, take);
  await Promise.all(others.map(({ client }) => client.disconnect()));
  return pictures;
}

type Take = (page: Page, name: string) => Promise<void>;

async function createRooms(page: Page, take: Take): Promise<void> {
  for (const name of ["Release 2.0", "Design"]) {
    await page.getByRole("button", { name: "Create a room" }).click();
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByRole("button", { name: "Create room" }).click();
    await page.locator("h1", { hasText: name }).waitFor();
  }
  await page.getByText("Nobody has said anything yet").waitFor();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await take(page, "empty");
  await page.locator("[data-room=general]").click();
  await page.locator("h1", { hasText: "General" }).waitFor();
}

async function talk(ada: ChatWindow, others: readonly Member[]): Promise<void> {
  const [grace, linus] = others;
  for (const [who, text] of script) {
    const say = { "Grace Hopper": grace?.say, Linus: linus?.say, "Ada Lovelace": ada.say }[who];
    await say?.(text);
    await ada.page.locator(".message[data-status=sent]", { hasText: text.split("\n")[0] ?? text }).waitFor();
  }
  const own = await ada.page.locator(".message.own").getAttribute("data-key");
  const answer = { text: "Perfect.", senderId: linus?.auth.userId ?? "", ...(own !== null && { replyTo: own }) };
  await linus?.room.trigger("message", answer);
  await ada.page.locator(".quote").waitFor();
  const news = await linus?.client.join({ id: "release-2-0" });
  await news?.trigger("message", { text: "The rollout has begun.", senderId: linus?.auth.userId ?? "" });
  await ada.page.locator("[data-room=release-2-0] .unread").waitFor();
  await grace?.room.trigger("typing", { isTyping: true });
  await ada.page.locator(".typing", { hasText: "Grace" }).waitFor();
}

type State = Promise<NonNullable<Exclude<BrowserContextOptions["storageState"], string>>>;

/** The same person on a phone that knows who she is. */
async function takePhone(browser: Browser, state: State, url: string, take: Take): Promise<void> {
  const context = await browser.newContext({ ...phone, storageState: await state });
  const page = await context.newPage();
  await page.goto(url);
  await page.locator(".quote").waitFor();
  await page.locator("textarea").fill("");
  await take(page, "phone");
  await page.getByRole("button", { name: "Show rooms" }).click();
  await page.locator("[data-room=release-2-0] .unread").waitFor();
  await take(page, "phone-rooms");
  await context.close();
}

/** A message that was refused, and a server that has gone. */
async function takeTrouble(browser: Browser, state: State, url: string, take: Take): Promise<void> {
  const context = await browser.newContext({ ...phone, storageState: await state });
  let isCut = false;
  let cut = (): void => undefined;
  await context.routeWebSocket(/trpc/, (socket) => {
    if (isCut) return void socket.close();
    const onward = socket.connectToServer();
    socket.onMessage((frame) => onward.send(String(frame).replace('"text":"This one was refused', '"text":"')));
    cut = () => void socket.close({ code: 1012 });
  });
  const page = await context.newPage();
  await page.goto(url);
  await page.locator(".quote").waitFor();
  await page.locator("textarea").fill("This one was refused");
  await page.getByRole("button", { name: "Send" }).click();
  await page.locator(".message.failed").waitFor();
  isCut = true;
  cut();
  await page.locator(".banner", { hasText: "connection is lost" }).waitFor();
  await page.locator("textarea").fill("This one waits");
  await page.getByRole("button", { name: "Send" }).click();
  await page.locator(".message.pending").waitFor();
  await take(page, "phone-trouble");
  await context.close();
}

/** Runs in the page: what depends on the clock says the same each time. */
function withoutTimes(): void {
  for (const time of document.querySelectorAll("time")) time.textContent = "10:24";
  const countdown = document.querySelector(".banner span[aria-hidden]");
  if (countdown) countdown.textContent = " Trying again in 3 s.";
  for (const node of document.querySelectorAll(".to-end")) node.remove();
}
