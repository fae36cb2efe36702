import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { animate } from "./pictures/animation.ts";
import { takePictures } from "./pictures/camera.ts";
import { film } from "./pictures/chatting.ts";
import { compare, tolerance } from "./pictures/comparison.ts";
import { startServer } from "./server-process.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const kept = fileURLToPath(new URL("../../../docs/screenshots/", import.meta.url));
const differing = fileURLToPath(new URL("../test-results/", import.meta.url));

if (process.argv.includes("--compare")) await onStage(compareWithKept);
else await keep();

/** Takes the pictures of the documentation anew. */
async function keep(): Promise<void> {
  await mkdir(kept, { recursive: true });
  await onStage(async (browser, url) => {
    for (const { name, png } of await takePictures(browser, url)) await writeFile(join(kept, `${name}.png`), png);
  });
  await onStage(async (browser, url) => writeFile(join(kept, "two-windows.gif"), animate(await film(browser, url))));
}

/** Says which pictures look different now, and ends with 1 if any does. */
async function compareWithKept(browser: Browser, url: string): Promise<void> {
  await mkdir(differing, { recursive: true });
  for (const { name, png } of await takePictures(browser, url)) {
    const { part, png: shown } = compare(await readFile(join(kept, `${name}.png`)), png);
    const isSame = part <= tolerance;
    process.stdout.write(`${isSame ? "same     " : "DIFFERENT"} ${name} (${(part * 100).toFixed(2)} %)\n`);
    if (isSame) continue;
    process.exitCode = 1;
    await writeFile(join(differing, `${name}.png`), png);
    if (shown) await writeFile(join(differing, `${name}.difference.png`), shown);
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
