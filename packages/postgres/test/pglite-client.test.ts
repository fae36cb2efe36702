import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PgliteClient, pgliteClient } from "../src/pglite/pglite-client.ts";
import { startWorker, type WorkerLink } from "../src/pglite/worker-link.ts";

const folder = mkdtempSync(join(tmpdir(), "dialogue-test-"));
let link: WorkerLink;
let client: PgliteClient;

beforeAll(async () => {
  client = pgliteClient(async () => {
    link = await startWorker({ folder: join(folder, "pgdata"), prepared: undefined });
    return link;
  });
  await client.exec("create table counted (n int)");
});
afterAll(async () => {
  await client.close();
  rmSync(folder, { recursive: true });
});

async function countOf(queries: Pick<PgliteClient, "query">): Promise<unknown> {
  return (await queries.query("select count(*)::int from counted", [], { rowMode: "array" })).rows[0];
}

test("nothing slips into a transaction", async () => {
  const inside = client.transaction(async (tx) => {
    await tx.query("insert into counted values ($1)", [1]);
    await new Promise(setImmediate);
    return countOf(tx);
  });
  const beside = client.query("insert into counted values (2)");
  expect(await inside).toEqual([1]);
  await beside;
  expect(await countOf(client)).toEqual([2]);
});

test("a transaction that throws leaves nothing, and the next query runs", async () => {
  const before = await countOf(client);
  const failing = client.transaction(async (tx) => {
    await tx.query("insert into counted values (3)");
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await countOf(client)).toEqual(before);
});

test("an error of the database bears its SQLSTATE", async () => {
  await expect(client.query("select * from nowhere")).rejects.toMatchObject({ code: "42P01" });
});

test("when the worker ends, what was under way is UNAVAILABLE and the next call finds the data again", async () => {
  const before = await countOf(client);
  const underWay = client.query("select pg_sleep(30)");
  const inTransaction = client.transaction(async (tx) => {
    await tx.query("insert into counted values (4)");
    await link.terminate();
    await tx.query("insert into counted values (5)");
  });
  const started = new Promise(setImmediate);
  await started;
  await link.terminate();
  await expect(underWay).rejects.toMatchObject({ code: "UNAVAILABLE" });
  await expect(inTransaction).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect(await countOf(client)).toEqual(before);
});

test("past a thousand waiting calls one more is refused", async () => {
  const calls = Array.from({ length: 1_001 }, () => client.query("select 1"));
  const outcomes = await Promise.allSettled(calls);
  expect(outcomes.filter(({ status }) => status === "rejected")).toMatchObject([{ reason: { code: "UNAVAILABLE" } }]);
});
