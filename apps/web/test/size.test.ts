import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { expect, it, vi } from "vitest";

/** What a browser loads of scripts before the page shows anything. */
const budgetBytes = 150_000;

it("fits its budget, and brings no schema library along", async () => {
  // As it is built for people: React looks at this for what to bring along.
  vi.stubEnv("NODE_ENV", "production");
  // Vite's answer depends on the options: without `watch`, and with one output, it is this.
  const { output } = (await build({
    root: fileURLToPath(new URL("..", import.meta.url)),
    logLevel: "error",
    build: { write: false },
  })) as Rolldown.RolldownOutput;
  const scripts = output.filter((part) => part.type === "chunk");
  const bytes = scripts.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
  expect(bytes).toBeLessThan(budgetBytes);
  expect(scripts.map(({ code }) => code).join()).not.toMatch(/safeParse|ZodType/);
});
