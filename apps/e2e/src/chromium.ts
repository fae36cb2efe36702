import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome-stable"];

/** What to say where a test has no browser. */
export const needsChromium = "needs Chromium: apt-get install chromium, or CHROMIUM_PATH";

/** Where Chromium is on this machine: CHROMIUM_PATH, or where distributions put it. */
export function chromiumPath(): string | undefined {
  return [process.env.CHROMIUM_PATH ?? "", ...usual].find((path) => path !== "" && existsSync(path));
}

/** Starts a Chromium of its own. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error(`cannot start a browser: it ${needsChromium}`);
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath,
    // Chromium's sandbox refuses to run as root; a container's shared memory is often too small for it.
    args: [...(isRoot ? ["--no-sandbox"] : []), "--disable-dev-shm-usage", "--disable-gpu"],
  });
}
