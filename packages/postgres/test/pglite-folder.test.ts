import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "@dialogue/core";
import { draftFor } from "@dialogue/testkit";
import { expect, test, vi } from "vitest";
import { openLog } from "../src/index.ts";
import { lockFolder } from "../src/pglite/folder-lock.ts";
import { startChild } from "./support/child.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

// A process and a database start in each: seconds on a machine that has nothing else to do.
vi.setConfig({ testTimeout: 120_000 });

async function seqsOf(log: Log): Promise<readonly number[]> {
  return (await log.events.read("general", { after: 0, limit: 100 })).events.map(({ seq }) => seq);
}

test("a folder opens again with what it held, and a second process is refused while it is open", async () => {
  const dataDir = temporaryFolder();
  const first = await openLog({ dataDir });
  await first.events.append([draftFor("general")]);

  const { code, complaint } = await startChild("./open-once.js", dataDir).ended;
  expect([code, complaint]).toEqual([1, `cannot open the data folder ${dataDir}: process ${process.pid} holds it`]);
  await expect(openLog({ dataDir })).rejects.toMatchObject({ code: "UNAVAILABLE" });

  await first.events.append([draftFor("general")]);
  expect(await seqsOf(first)).toEqual([1, 2]);
  await first.close();
  await first.close();
  await expect(first.events.append([draftFor("general")])).rejects.toMatchObject({ code: "UNAVAILABLE" });

  expect(await startChild("./open-once.js", dataDir).ended).toEqual({ code: 0, complaint: "" });
  const second = await openLog({ dataDir });
  expect(await seqsOf(second)).toEqual([1, 2]);
  await second.close();
});

test("a folder whose making was cut short is made again", async () => {
  const dataDir = temporaryFolder();
  mkdirSync(join(dataDir, "pgdata", "base"), { recursive: true });
  writeFileSync(join(dataDir, "pgdata", "PG_VERSION"), "18\n");
  writeFileSync(join(dataDir, "unfinished"), "");

  const log = await openLog({ dataDir });
  await log.events.append([draftFor("general")]);
  expect(await seqsOf(log)).toEqual([1]);
  expect(existsSync(join(dataDir, "unfinished"))).toBe(false);
  await log.close();
});

test("a folder with other things in the database's place is refused and left as it is", async () => {
  const dataDir = temporaryFolder();
  mkdirSync(join(dataDir, "pgdata"));
  writeFileSync(join(dataDir, "pgdata", "diary.txt"), "dear diary");
  await expect(openLog({ dataDir })).rejects.toMatchObject({ message: expect.stringContaining("is no database") });
  expect(readFileSync(join(dataDir, "pgdata", "diary.txt"), "utf8")).toBe("dear diary");
});

test("a folder that cannot be written is refused by name", async () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  const dataDir = join(file, "data");
  const message = `cannot open the data folder ${dataDir}: it is not writable (ENOTDIR)`;
  await expect(openLog({ dataDir })).rejects.toMatchObject({ code: "UNAVAILABLE", message });
});

test("the lock of a process that was killed is taken over", async () => {
  const folder = temporaryFolder();
  const child = startChild("./lock-once.js", folder, "0");
  expect((await child.lines.next()).value).toBe("locked");
  await expect(lockFolder(folder)).rejects.toThrow(`process ${child.process.pid} holds it`);
  child.process.kill("SIGKILL");
  await child.ended;
  (await lockFolder(folder)).release();
});

test.each([
  ["another process bears the dead one's id", { pid: process.pid, birth: "earlier" }],
  ["the process is gone", { pid: 2 ** 22 + 1, birth: "earlier" }],
])("the lock is taken over when %s", async (_what, holder) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "lock.7"), JSON.stringify(holder));
  const lock = await lockFolder(folder);
  expect(readdirSync(folder)).toEqual(["lock.8"]);
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  lock.release();
});

test("a lock whose writer was killed before it wrote is taken over", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "lock.1"), "");
  (await lockFolder(folder)).release();
});

test("of many processes that find a dead one's lock, one takes it over", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "lock.3"), JSON.stringify({ pid: 2 ** 22 + 1, birth: "earlier" }));
  const together = String(Date.now() + 1_000);
  const children = Array.from({ length: 6 }, () => startChild("./lock-once.js", folder, together));
  const outcomes = await Promise.all(children.map(async ({ lines }) => String((await lines.next()).value)));
  for (const { process } of children) process.kill("SIGKILL");
  await Promise.all(children.map(({ ended }) => ended));
  expect(outcomes.sort()).toEqual([...Array.from({ length: 5 }, () => "UNAVAILABLE"), "locked"]);
});
