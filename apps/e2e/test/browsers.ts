import { beforeEach, vi } from "vitest";
import { chromiumPath, needsChromium } from "../src/chromium.ts";

/** Whether the tests of this file can run; where they cannot, each is skipped by name with what it needs. */
export function hasBrowsers(): boolean {
  const isThere = chromiumPath() !== undefined;
  // On a busy machine a browser takes its time; no test measures it.
  vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
  beforeEach(({ skip }) => {
    if (!isThere && process.env.DIALOGUE_REQUIRE_SERVICES === "1") throw new Error(needsChromium);
    skip(!isThere, needsChromium);
  });
  return isThere;
}
