import type { Browser, Page } from "playwright-core";
import { enter } from "../window.ts";
import type { Frame } from "./animation.ts";

const view = { viewport: { width: 420, height: 520 } };

const script = [
  ["left", "Hi! Are you coming to lunch?"],
  ["right", "Yes, in five minutes."],
  ["right", "Shall I bring anything?"],
  ["left", "Only good news!"],
  ["right", "The release is out."],
] as const;

/** Two people chat, each in a window; answers what one sees. */
export async function film(browser: Browser, url: string): Promise<readonly Frame[]> {
  const left = await enter(await browser.newContext({ ...view, colorScheme: "light" }), url, "Ada");
  const right = await enter(await browser.newContext({ ...view, colorScheme: "dark" }), url, "Grace");
  const frames: Frame[] = [];

  async function frame(ms: number): Promise<void> {
    const [one, other] = await Promise.all([shoot(left.page), shoot(right.page)]);
    frames.push({ left: one, right: other, ms });
  }

  await right.page.locator(".event", { hasText: "Grace joined" }).waitFor();
  // Where the pointer was left, something would be shown as pointed at.
  await Promise.all([left, right].map(({ page }) => page.mouse.move(0, 0)));
  await frame(900);
  for (const [who, text] of script) {
    const [writer, reader] = who === "left" ? [left, right] : [right, left];
    for (const piece of text.match(/.{1,7}/gu) ?? []) {
      await writer.page.keyboard.insertText(piece);
      await reader.page.locator(".typing", { hasText: "is typing" }).waitFor();
      await frame(170);
    }
    await writer.composer.press("Enter");
    await frame(120);
    await reader.page.locator(".message.sent", { hasText: text }).waitFor();
    await writer.page.locator(".message.sent", { hasText: text }).waitFor();
    await frame(900);
  }
  await frame(1_800);
  return frames;
}

function shoot(page: Page): Promise<Buffer> {
  return page.screenshot({ animations: "disabled", caret: "initial" });
}
