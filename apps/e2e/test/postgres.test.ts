import { randomBytes } from "node:crypto";
import { join } from "node:path";
import pg from "pg";
import { afterAll, expect, it, vi } from "vitest";
import { enterAs, joinAs } from "../src/members.ts";
import { runServer, startServer } from "../src/server-process.ts";
import { temporaryFolder } from "../src/temporary-folder.ts";

// A process takes its time to start on a busy machine; no test measures it.
vi.setConfig({ testTimeout: 120_000 });

const given = process.env.DATABASE_URL;
const schema = `dialogue_e2e_${randomBytes(6).toString("hex")}`;
const folder = await temporaryFolder();

async function run(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: given });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

/** The given database, in a schema of the tests' own. */
function ownUrl(): URL {
  const url = new URL(given ?? "");
  url.searchParams.set("options", `-c search_path=${schema}`);
  return url;
}

afterAll(async () => {
  if (given) await run(`drop schema if exists ${schema} cascade`);
  await folder.remove();
});

it("keeps the chat in PostgreSQL where DATABASE_URL says so, through an end by SIGKILL", async ({ skip }) => {
  skip(!given, "needs PostgreSQL: DATABASE_URL");
  await run(`create schema ${schema}`);
  const settings = { PORT: "0", DIALOGUE_DATA_DIR: join(folder.path, "data"), DATABASE_URL: ownUrl().href };
  const first = await startServer(settings);
  const ada = await enterAs(first.url, "Ada");
  const sent = await ada.say("in PostgreSQL");
  await first.end("SIGKILL");
  await ada.client.disconnect();

  const second = await startServer(settings);
  const again = await joinAs(second.url, ada.auth);
  expect((await again.room.getHistory("message")).events).toEqual([sent]);
  await again.client.disconnect();
  expect((await second.end("SIGTERM")).code).toBe(0);
});

it("says in one line that a database does not exist", async ({ skip }) => {
  skip(!given, "needs PostgreSQL: DATABASE_URL");
  const url = ownUrl();
  url.pathname = `/${schema}`;
  const settings = { PORT: "0", DIALOGUE_DATA_DIR: join(folder.path, "data"), DATABASE_URL: url.href };
  const { code, stderr } = await runServer(settings);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^dialogue: cannot reach the database at [^\n]+\n$/);
});
