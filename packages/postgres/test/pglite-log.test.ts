import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventLogContract, roomStoreContract } from "@dialogue/testkit";
import { afterAll } from "vitest";
import { openLog } from "../src/index.ts";

const dataDir = await mkdtemp(join(tmpdir(), "dialogue-pglite-"));
const log = openLog({ dataDir });
afterAll(async () => {
  await (await log).close();
  await rm(dataDir, { recursive: true });
});

eventLogContract("PGlite on disk", () => log);
roomStoreContract("PGlite on disk", () => log);
