import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { testVerdicts } from "./scripts/mutants/test-verdicts.mjs";
import { testCount } from "./scripts/test-count.mjs";

const { DIALOGUE_TEST_COUNT, DIALOGUE_TEST_VERDICTS } = process.env;
const extraReporters = [
  ...(DIALOGUE_TEST_COUNT ? [testCount(DIALOGUE_TEST_COUNT)] : []),
  ...(DIALOGUE_TEST_VERDICTS ? [testVerdicts(DIALOGUE_TEST_VERDICTS)] : []),
];

export default defineConfig({
  resolve: { conditions: ["@dialogue/source"] },
  ssr: { resolve: { conditions: ["@dialogue/source", "node"] } },
  test: {
    include: ["{packages,apps,examples}/**/*.test.{ts,tsx}", "scripts/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    // Ours come first: the default one takes errors apart as it prints them.
    reporters: extraReporters.length > 0 ? [...extraReporters, ["default", { summary: false }]] : ["default"],
    // Much of a test is waiting for a database or a browser, so a small machine runs two files at once as well.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Only to end what hangs: a busy machine is slow, and no test asserts a duration.
    hookTimeout: 120_000,
    testTimeout: 120_000,
  },
});
