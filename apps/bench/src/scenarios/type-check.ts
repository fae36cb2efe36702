import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { stamp } from "../messages.ts";
import type { Scenario, Size } from "../scenario.ts";

const exec = promisify(execFile);
/** Inside this package, so that what is imported is found from there. */
const folder = fileURLToPath(new URL("../../results", import.meta.url));
const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
const counts: Readonly<Record<Size, readonly number[]>> = { full: [5, 500], quick: [], smoke: [2, 3] };

/** What it costs an editor or a build that a server has many events. */
export function typeCheck(size: Size, rounds: number): Scenario[] {
  if (counts[size].length === 0) return [];
  return [
    {
      id: "type-check",
      title: "type-check of a client of a server with many events, against built declarations",
      contenders: counts[size].map((count) => `${count} events`),
      rounds,
      seconds: 4,
      play: async (contender) => ({ tscSeconds: await secondsFor(Number.parseInt(contender, 10)) }),
    },
  ];
}

async function secondsFor(events: number): Promise<number> {
  await mkdir(folder, { recursive: true });
  const project = await mkdtemp(join(folder, "type-check-"));
  try {
    await write(project, "server", serverOf(events), { declaration: true, emitDeclarationOnly: true, outDir: "built" });
    await tsc(project, "server");
    await write(project, "client", client, { noEmit: true });
    const began = stamp();
    await tsc(project, "client");
    return (stamp() - began) / 1e6;
  } finally {
    await rm(project, { recursive: true });
  }
}

async function write(project: string, name: string, source: string, options: object): Promise<void> {
  await writeFile(join(project, `${name}.ts`), source);
  const compilerOptions = {
    ...{ target: "ES2022", module: "NodeNext", lib: ["ES2023", "DOM"], types: [], strict: true, skipLibCheck: true },
    ...options,
  };
  await writeFile(join(project, `${name}.json`), JSON.stringify({ compilerOptions, files: [`${name}.ts`] }));
}

function tsc(project: string, name: string) {
  return exec(process.execPath, [compiler, "-p", `${name}.json`], { cwd: project }).catch(
    (error: { stdout?: string }) => {
      throw new Error(`the ${name} does not compile: ${error.stdout ?? error}`);
    },
  );
}

function serverOf(events: number): string {
  const names = Array.from({ length: events }, (_, n) => `Event${n}`);
  const definitions = names.map(
    (name, n) =>
      `export const ${name} = defineEvent("thing:${n}", { schema: z.object({ text: z.string(), at: z.number(), tags: z.array(z.string()).optional(), n${n}: z.boolean() }) });`,
  );
  return `import { createDialogue, defineEvent } from "@dialogue/server";
import * as z from "zod";
${definitions.join("\n")}
export const dialogue = createDialogue({
  rooms: { general: { name: "General", events: [${names.join(", ")}] }, side: { name: "Side", events: [Event0, Event1] } },
});
`;
}

const client = `import { createDialogueClient } from "@dialogue/client";
import type { dialogue } from "./built/server.js";

const client = createDialogueClient<typeof dialogue>({ url: "http://localhost:3000", auth: { token: "token" } });
await client.connect();
const room = await client.join("general");
room.on("thing:0", (event) => event.data.text.trim());
room.on("thing:1", (event) => event.data.n1 === true);
await room.trigger("thing:1", { text: "", at: 1, n1: false });
const side = await client.join("side");
side.on("thing:1", (event) => event.data.tags?.join());
export {};
`;
