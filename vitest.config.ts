import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@dialogue/source"] },
  ssr: { resolve: { conditions: ["@dialogue/source", "node"] } },
  test: {
    include: ["packages/**/*.test.ts", "apps/**/*.test.ts", "examples/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    hookTimeout: 60_000,
    testTimeout: 30_000,
  },
});
