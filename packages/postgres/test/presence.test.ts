import { setTimeout as pause } from "node:timers/promises";
import { freshId, freshRoomId, presenceStoreContract } from "@dialogue/testkit";
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
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

  test.each([
    ["behind", -600_000],
    ["ahead", 600_000],
  ])("a node whose clock is ten minutes %s holds its lease as long as any other", async (_how, offMs) => {
    const store = await postgresPresenceStore(drizzle(pool));
    const roomId = freshRoomId();
    const enter = async (nodeId: string, ttlMs: number) => {
      await store.renew(nodeId, ttlMs);
      await store.enter(roomId, { sessionId: freshId(), nodeId, user: { id: nodeId, name: "Ada" } });
    };
    const nodes = async () => (await store.roster(roomId)).map((attendee) => attendee.nodeId);
    onTestFinished(() => void vi.useRealTimers());
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + offMs });
    const [lasting, brief] = [freshId(), freshId()];
    await enter(brief, 100);
    await enter(lasting, 300_000);
    await pause(150);
    expect(await nodes()).toEqual([lasting]);
  });
}
