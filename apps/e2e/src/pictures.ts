import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { animate } from "./pictures/animation.ts";
import { type Picture, takePictures } from "./pictures/camera.ts";
import { film } from "./pictures/chatting.ts";
import { compareWithKept, kept } from "./pictures/comparison.ts";
import { areLettersTheSame, takeLetters } from "./pictures/letters.ts";
import { startServer } from "./server-process.ts";
import { temporaryFolder } from "./temporary-folder.ts";

// Of all scenes, or of those that are named behind the command.
const names = process.argv.slice(2).filter((word) => !word.startsWith("-"));

if (process.argv.includes("--compare")) await onStage(compare);
else await keepAll();

/** Takes the pictures of the documentation anew. */
async function keepAll(): Promise<void> {
  await mkdir(kept, { recursive: true });
  await onStage(async (browser, url) => {
    await keep(await takeLetters((options) => browser.newContext(options)));
    for (const picture of await takePictures((options) => browser.newContext(options), url, { names }))
      await keep(picture);
  });
  if (names.length === 0)
    await onStage(async (browser, url) => writeFile(join(kept, "two-windows.gif"), animate(await film(browser, url))));
}

async function keep({ name, png }: Picture): Promise<void> {
  await writeFile(join(kept, `${name}.png`), png);
}

/** Says which pictures look different now, and ends with 1 if any does. */
async function compare(browser: Browser, url: string): Promise<void> {
  if (!(await areLettersTheSame(await takeLetters((options) => browser.newContext(options)))))
    process.stdout.write("this machine draws letters in another way than the one that took the kept pictures\n");
  for (const picture of await takePictures((options) => browser.newContext(options), url, { names })) {
    const { name, isSame, part } = await compareWithKept(picture);
    process.stdout.write(`${isSame ? "same     " : "DIFFERENT"} ${name} (${(part * 100).toFixed(2)} %)\n`);
    if (!isSame) process.exitCode = 1;
  }
}

async function onStage(act: (browser: Browser, url: string) => Promise<void>): Promise<void> {
  const folder = await temporaryFolder();
  const server = await startServer({ PORT: "0", DIALOGUE_DATA_DIR: join(folder.path, "data") });
  const browser = await launchChromium();
  try {
    await act(browser, server.url);
  } finally {
    await browser.close();
    await server.end("SIGTERM");
    await folder.remove();
  }
}
