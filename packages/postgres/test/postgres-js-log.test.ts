import { eventLogContract, roomStoreContract } from "@dialogue/testkit";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { afterAll, describe, test } from "vitest";
import { postgresLog } from "../src/index.ts";
import { openTestDatabase } from "./support/test-database.ts";

const database = await openTestDatabase();

if ("missing" in database) {
  describe("PostgreSQL with postgres.js", () => test.skip(database.missing));
} else {
  const client = postgres(database.url, { max: 10 });
  const log = postgresLog(drizzle(client));
  afterAll(() => client.end().then(database.close));
  eventLogContract("PostgreSQL with postgres.js", () => log);
  roomStoreContract("PostgreSQL with postgres.js", () => log);
}
