import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import type { Scenario } from "../scenario.ts";

/** The page that talks to each. */
const pages: Readonly<Record<string, string>> = {
  dialogue: "../pages/dialogue.js",
  "socket.io": "../pages/socket-io.js",
  trpc: "../pages/trpc.js",
};

/** What a browser has to load: the client with all that it depends on. */
export function bundle(): Scenario[] {
  return [
    {
      id: "bundle",
      title: "client in the browser, with its dependencies",
      contenders: Object.keys(pages),
      rounds: 1,
      seconds: 1,
      play: async (contender) => ({ gzip: (await gzippedBytes(pages[contender] ?? "")) / 1_000 }),
    },
  ];
}

async function gzippedBytes(page: string): Promise<number> {
  const input = fileURLToPath(new URL(page, import.meta.url));
  // Vite's answer depends on the options: without `watch`, and with one output, it is this.
  const { output } = (await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, target: "es2022", modulePreload: { polyfill: false }, rolldownOptions: { input } },
  })) as Rolldown.RolldownOutput;
  return gzipSync(output[0].code, { level: 9 }).length;
}
