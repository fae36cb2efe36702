import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import type { Scenario } from "../scenario.ts";

/** What a page has to import to talk to each. */
const pages: Readonly<Record<string, string>> = {
  dialogue: 'import { createDialogueClient } from "@dialogue/client"; globalThis.page = createDialogueClient;',
  "socket.io": 'import { io } from "socket.io-client"; globalThis.page = io;',
  trpc: 'import { createTRPCClient, createWSClient, wsLink } from "@trpc/client"; globalThis.page = [createTRPCClient, createWSClient, wsLink];',
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
  const entry = "virtual:page";
  const resolved = `\0${entry}`;
  // Vite's answer depends on the options: without `watch`, and with one output, it is this.
  const { output } = (await build({
    configFile: false,
    logLevel: "error",
    root: import.meta.dirname,
    build: { write: false, target: "es2022", modulePreload: { polyfill: false }, rolldownOptions: { input: entry } },
    plugins: [
      {
        name: "page",
        // As if a file of this folder said it, so that what it imports is found from here.
        resolveId(id, importer) {
          if (id === entry) return resolved;
          return importer === resolved ? this.resolve(id, import.meta.filename) : undefined;
        },
        load: (id) => (id === resolved ? page : undefined),
      },
    ],
  })) as Rolldown.RolldownOutput;
  return gzipSync(output[0].code, { level: 9 }).length;
}
