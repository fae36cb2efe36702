import { setTimeout as pause } from "node:timers/promises";
import { presenceStoreContract } from "@dialogue/testkit";
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import { afterAll, describe, test } from "vitest";
import { postgresPresenceStore } from "../src/index.ts";
import { openTestDatabase } from "./support/test-database.ts";

const database = await openTestDatabase();

if ("missing" in database) {
  describe("presence on PostgreSQL", () => test.skip(database.missing));
} else {
  const { url, close } = database;
  const pool = new pg.Pool({ connectionString: url });
  afterAll(() => pool.end().then(close));
  // Leases run on the database's clock, which no test moves: it has to pass.
  presenceStoreContract("PostgreSQL", async () => ({ store: await postgresPresenceStore(drizzle(pool)), pass: pause }));
}
