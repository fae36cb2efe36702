import { expect, it } from "vitest";
import { fillRoom, loadAll, scrollThrough } from "../src/long-room.ts";
import { eventually } from "./eventually.ts";
import { setStage } from "./stage.ts";

const total = 10_000;
const stage = setStage((dataFolder) => fillRoom(dataFolder, total));

it("holds ten thousand messages with no more in the page than a few screens", { timeout: 300_000 }, async () => {
  const { page } = await stage.person("Reader");
  await loadAll(page);
  await eventually(() => page.locator(".message .text").first().textContent()).toMatch(/^number 1(\n|$)/);
  const { mostElements, screens } = await scrollThrough(page);
  expect(screens).toBeGreaterThan(500);
  expect(mostElements).toBeLessThan(2_500);
  await page.getByText(`number ${total}`).waitFor();
});
