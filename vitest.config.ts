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
    hookTimeout: 60_000,
    testTimeout: 30_000,
  },
});
