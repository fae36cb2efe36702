import { eventLogContract, roomStoreContract } from "@dialogue/testkit";
import { afterAll, describe, test } from "vitest";
import { openLog } from "../src/index.ts";
import { openTestDatabase } from "./support/test-database.ts";

const database = await openTestDatabase();

if ("missing" in database) {
  describe("PostgreSQL with pg", () => test.skip(database.missing));
} else {
  const log = openLog({ url: database.url });
  afterAll(async () => (await log).close().then(database.close));
  eventLogContract("PostgreSQL with pg", () => log);
  roomStoreContract("PostgreSQL with pg", () => log);
}
