import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chartOf } from "./chart.ts";
import { pageOf } from "./page.ts";
import type { Results } from "./results.ts";

/** Writes benchmarks.md, .json and .svg. Answers the files. */
export async function save(results: Results, folder: string): Promise<string[]> {
  const texts = {
    "benchmarks.md": pageOf(results),
    "benchmarks.json": `${JSON.stringify(results, null, 2)}\n`,
    "benchmarks.svg": chartOf(results),
  };
  await mkdir(folder, { recursive: true });
  const written: string[] = [];
  for (const [name, text] of Object.entries(texts)) {
    if (text === undefined) continue;
    const file = join(folder, name);
    await writeFile(file, text);
    written.push(file);
  }
  return written;
}
