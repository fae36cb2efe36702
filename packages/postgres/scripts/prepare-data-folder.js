import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { PGlite } from "@electric-sql/pglite";

// initdb takes PGlite several seconds and 800 MB: done once here, so that nobody's first start waits for it.
const dist = new URL("../dist/", import.meta.url);
const packed = new URL("prepared-data.tar.gz", dist);
const stamp = new URL("prepared-data.version", dist);

const { version } = await versionOfPglite();
if ((await textOf(stamp)) !== version) {
  const database = await PGlite.create();
  const folder = await database.dumpDataDir("gzip");
  await mkdir(dist, { recursive: true });
  await writeFile(packed, Buffer.from(await folder.arrayBuffer()));
  await writeFile(stamp, version);
  await database.close();
}

async function versionOfPglite() {
  const entry = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  return JSON.parse(await readFile(new URL("../package.json", `file://${entry}`), "utf8"));
}

async function textOf(url) {
  try {
    return await readFile(url, "utf8");
  } catch {
    return undefined; // Not prepared yet.
  }
}
