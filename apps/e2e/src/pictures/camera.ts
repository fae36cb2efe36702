import type { BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { type Scene, scenes } from "./scenes.ts";
import { createWorld, type World } from "./world.ts";

/** Opens a browser of somebody's own. */
export type OpenBrowser = (options: BrowserContextOptions) => Promise<BrowserContext>;

/** A picture of the page in one of its states. */
export interface Picture {
  readonly name: string;
  readonly png: Buffer;
}

const still = { reducedMotion: "reduce" } as const;
const devices = {
  desktop: { viewport: { width: 1180, height: 760 }, ...still },
  phone: { viewport: { width: 360, height: 720 }, isMobile: true, hasTouch: true, ...still },
} as const satisfies Record<string, BrowserContextOptions>;

/** The same window when a browser shows everything at twice the size. */
const zoomed = { ...devices.desktop, viewport: { width: 590, height: 380 }, deviceScaleFactor: 2 };

/** What is wanted of the camera. */
interface Wishes {
  /** Only the scenes of these names. */
  readonly names?: readonly string[];
  /** Called with each state when its picture has been taken. */
  readonly look?: (page: Page, name: string) => Promise<unknown>;
}

/** Takes the main states of the page in light and dark, on a desk and on a phone. */
export async function takePictures(
  open: OpenBrowser,
  url: string,
  { names = [], look }: Wishes = {},
): Promise<readonly Picture[]> {
  const world = await createWorld(url);
  const pictures: Picture[] = [];
  for (const device of ["desktop", "phone"] as const)
    for (const scene of scenes) {
      if (names.length > 0 && !names.includes(scene.name)) continue;
      if (scene.only !== undefined && scene.only !== device) continue;
      const context = await open({
        ...(scene.isLarge && device === "desktop" ? zoomed : devices[device]),
        ...(scene.isStranger ? {} : { storageState: world.ada }),
      });
      await scene.network?.(context);
      const page = await context.newPage();
      await playOn(page, device, scene, world);
      for (const scheme of ["light", "dark"] as const) {
        const name = `${scene.name}-${device}-${scheme}`;
        pictures.push({ name, png: await shoot(page, scheme) });
        await look?.(page, name);
      }
      await context.close();
    }
  await world.end();
  return pictures;
}

async function playOn(page: Page, device: keyof typeof devices, scene: Scene, world: World): Promise<void> {
  const { room, isLarge, play } = scene;
  await page.goto(room === undefined ? world.url : `${world.url}/#/${room}`);
  if (isLarge && device === "phone")
    await page.evaluate(() => document.documentElement.style.setProperty("font-size", "200%"));
  await play(page, world);
}

async function shoot(page: Page, colorScheme: "light" | "dark"): Promise<Buffer> {
  await page.emulateMedia({ colorScheme });
  await page.evaluate(async () => void (await document.fonts.ready));
  await page.evaluate(withoutTimes);
  return page.screenshot({ animations: "disabled" });
}

/** Runs in the page: what depends on the clock says the same each time. */
function withoutTimes(): void {
  for (const time of document.querySelectorAll("time")) time.textContent = "10:24";
  const countdown = document.querySelector(".banner span[aria-hidden]");
  if (countdown === null) return;
  // In its place stands one that does not count.
  const still = countdown.cloneNode();
  still.textContent = " Trying again in 3 s.";
  countdown.replaceWith(still);
}
