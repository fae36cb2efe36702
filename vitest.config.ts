import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { testCount } from "./scripts/test-count.mjs";

const { DIALOGUE_TEST_COUNT } = process.env;

export default defineConfig({
  resolve: { conditions: ["@dialogue/source"] },
  ssr: { resolve: { conditions: ["@dialogue/source", "node"] } },
  test: {
    include: ["{packages,apps,examples}/**/*.test.{ts,tsx}", "scripts/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    reporters: DIALOGUE_TEST_COUNT ? [["default", { summary: false }], testCount(DIALOGUE_TEST_COUNT)] : ["default"],
    // Much of a test is waiting for a database or a browser, so a small machine runs two files at once as well.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Only to end what hangs: a busy machine is slow, and no test asserts a duration.
    hookTimeout: 120_000,
    testTimeout: 120_000,
  },
});
