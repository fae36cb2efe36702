import { eventLogContract, roomStoreContract } from "@dialogue/testkit";
import { neonConfig, Pool } from "@neondatabase/serverless";
import { drizzle } from "drizzle-orm/neon-serverless";
import { afterAll, describe, test } from "vitest";
import { WebSocket } from "ws";
import { postgresLog } from "../src/index.ts";
import { openTestDatabase } from "./support/test-database.ts";
import { startWebSocketProxy } from "./support/web-socket-proxy.ts";

const name = "PostgreSQL with Neon's driver";
const database = await openTestDatabase();

if ("missing" in database) {
  describe(name, () => test.skip(database.missing));
} else {
  const proxy = await startWebSocketProxy(database.url);
  Object.assign(neonConfig, {
    webSocketConstructor: WebSocket,
    wsProxy: proxy.host,
    useSecureWebSocket: false,
    pipelineTLS: false,
    pipelineConnect: false,
  });
  const pool = new Pool({ connectionString: database.url });
  const log = postgresLog(drizzle(pool));
  afterAll(async () => {
    await pool.end();
    await proxy.close();
    await database.close();
  });
  eventLogContract(name, () => log);
  roomStoreContract(name, () => log);
}
