import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";

const dist = new URL("../../web/dist/", import.meta.url);

it("sends no schema library to the browser", async () => {
  const page = await readFile(new URL("index.html", dist), "utf8");
  const scripts = Array.from(page.matchAll(/(?:src|href)="\/([^"]+\.js)"/g), ([, path]) => path ?? "");
  expect(scripts).not.toEqual([]);
  for (const path of scripts) expect(await readFile(new URL(path, dist), "utf8")).not.toMatch(/safeParse|ZodType/);
});
