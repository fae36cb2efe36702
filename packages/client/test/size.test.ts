import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { expect, test } from "vitest";

/** The whole client with what it depends on, as a page loads it. */
const budgetBytes = 15_000;

async function bundled(): Promise<string> {
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
        resolveId: (id) => (id === entry ? `\0${entry}` : undefined),
        load: (id) =>
          id === `\0${entry}`
            ? `import { createDialogueClient } from ${JSON.stringify(client)}; globalThis.page = createDialogueClient;`
            : undefined,
      },
    ],
  })) as Rolldown.RolldownOutput;
  return output.output[0].code;
}

test("the client fits its budget, and brings no schema library along", async () => {
  const code = await bundled();
  expect(gzipSync(code, { level: 9 }).length).toBeLessThan(budgetBytes);
  expect(code).not.toMatch(/safeParse|ZodType/);
});
