import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BrowserContextOptions } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { enterAs } from "./members.ts";
import { startServer } from "./server-process.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { type ChatWindow, enter } from "./window.ts";

const target = fileURLToPath(new URL("../../../docs/screenshots/", import.meta.url));

const desktop: BrowserContextOptions = { viewport: { width: 1100, height: 790 } };
const phone: BrowserContextOptions = {
  viewport: { width: 360, height: 720 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

const script = [
  ["Grace", "Good morning! Is the release still on for today?"],
  ["Linus", "Yes. The last build is green."],
  ["Linus", "I would like one more pair of eyes on the migration notes, though."],
  ["me", "I can read them after lunch."],
  ["Grace", "Thank you, both.\nThe notes are in docs/migrations."],
  ["me", "Found it. Two small things, I will send a patch."],
  ["Linus", "Perfect."],
] as const;

await mkdir(target, { recursive: true });
const folder = await temporaryFolder();
const server = await startServer({ PORT: "0", DIALOGUE_DATA_DIR: join(folder.path, "data") });
const browser = await launchChromium();

const others = new Map([
  ["Grace", await enterAs(server.url, "Grace")],
  ["Linus", await enterAs(server.url, "Linus")],
]);
const first = await browser.newContext({ ...desktop, colorScheme: "light" });
const ada = await enter(first, server.url, "Ada");
for (const [who, text] of script) {
  await (others.get(who) ?? ada).say(text);
  await ada.page.locator(".message[data-status=sent]", { hasText: text.split("\n")[0] ?? text }).waitFor();
}
await others.get("Grace")?.room.trigger("typing", { isTyping: true });
await ada.page.locator(".typing", { hasText: "Grace" }).waitFor();
await ada.composer.fill("See you at three");
await shoot(ada, "desktop-light");
await ada.page.emulateMedia({ colorScheme: "dark" });
await shoot(ada, "desktop-dark");

// The same person on a phone, who has told it who she is.
const second = await browser.newContext({ ...phone, colorScheme: "light", storageState: await first.storageState() });
const page = await second.newPage();
await page.goto(server.url);
await page.locator(".message").last().waitFor();
await page.screenshot({ path: join(target, "phone.png") });

for (const { client } of others.values()) await client.disconnect();
await browser.close();
await server.end("SIGTERM");
await folder.remove();

async function shoot(window: ChatWindow, name: string): Promise<void> {
  await window.page.screenshot({ path: join(target, `${name}.png`) });
}
