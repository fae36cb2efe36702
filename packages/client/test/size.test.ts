import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { expect, test } from "vitest";

/** The whole client with what it depends on, as a page loads it; and what it loads besides, to keep drafts. */
const budgetBytes = { page: 16_500, besides: 1_600 };

async function bundled(): Promise<string[]> {
  const entry = "virtual:page";
  const client = fileURLToPath(new URL("../src/index.ts", import.meta.url));
  // Vite's answer depends on the options: without `watch`, and with one output, it is this.
  const output = (await build({
    configFile: false,
    logLevel: "error",
    resolve: { conditions: ["@dialogue/source"] },
    build: { write: false, target: "es2022", modulePreload: { polyfill: false }, rolldownOptions: { input: entry } },
    plugins: [
      {
        name: "page",
        enforce: "pre",
        resolveId: (id) => (id === entry ? `\0${entry}` : undefined),
        load(id) {
          // What the bundler itself needs for parts that are loaded later is once in an application, and not ours.
          if (id.includes("vite/preload-helper")) return "export const __vitePreload = (load) => load();";
          if (id !== `\0${entry}`) return undefined;
          return `import { createDialogueClient } from ${JSON.stringify(client)}; globalThis.page = createDialogueClient;`;
        },
      },
    ],
  })) as Rolldown.RolldownOutput;
  return output.output.flatMap((part) => (part.type === "chunk" ? [part.code] : []));
}

test("the client fits its budget, and brings no schema library along", async () => {
  const [page = "", ...besides] = await bundled();
  expect(sizeOf(page)).toBeLessThan(budgetBytes.page);
  expect(besides.map(sizeOf).reduce((sum, size) => sum + size, 0)).toBeLessThan(budgetBytes.besides);
  expect(page).not.toMatch(/safeParse|ZodType|indexedDB\.open/);
});

function sizeOf(code: string): number {
  return gzipSync(code, { level: 9 }).length;
}
