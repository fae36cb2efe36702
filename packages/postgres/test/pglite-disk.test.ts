import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { draftFor } from "@dialogue/testkit";
import { expect, test, vi } from "vitest";
import { openLog } from "../src/index.ts";
import { mountSmallDisk } from "./support/small-disk.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

// A busy machine takes its time to start a database.
vi.setConfig({ testTimeout: 300_000 });

test("a folder whose write-ahead log is damaged is refused by name, and left as it is", async () => {
  const dataDir = temporaryFolder();
  const log = await openLog({ dataDir });
  await log.events.append([draftFor("general")]);
  await log.close();
  const wal = join(dataDir, "pgdata", "pg_wal");
  const [segment = ""] = readdirSync(wal).filter((name) => /^[0-9A-F]{24}$/.test(name));
  const damage = randomBytes(statSync(join(wal, segment)).size);
  writeFileSync(join(wal, segment), damage);

  // Again is no better, and no worse: nothing is made anew over what may yet be saved.
  for (let tries = 0; tries < 2; tries++) {
    await expect(openLog({ dataDir })).rejects.toMatchObject({
      name: "DialogueError",
      message: `cannot open the data folder ${dataDir}: its database does not start: it is damaged, or the disk is full`,
    });
  }
  expect(readFileSync(join(wal, segment)).equals(damage)).toBe(true);
});

test("a folder on a disk that can only be read is refused by name", async ({ skip }) => {
  const { folder, makeReadOnly } = mountSmallDisk(100, skip);
  const log = await openLog({ dataDir: folder });
  await log.close();
  makeReadOnly();
  await expect(openLog({ dataDir: folder })).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: `cannot open the data folder ${folder}: it is not writable (EROFS)`,
  });
});

test("on a disk that is full appends are UNAVAILABLE and reads go on; once there is room, the retry succeeds with its first id", async ({
  skip,
}) => {
  const { folder } = mountSmallDisk(100, skip);
  const log = await openLog({ dataDir: join(folder, "data") });
  const append = () => draftFor("general", { data: { text: randomBytes(6_000).toString("base64") } });
  await log.events.append([append()]);
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(join(folder, "ballast"), Buffer.alloc(bavail * bsize - 300_000));

  let draft = append();
  let refusal: unknown;
  while (refusal === undefined) {
    await log.events.append([draft]).then(
      () => {
        draft = append();
      },
      (error: unknown) => {
        refusal = error;
      },
    );
  }
  expect(refusal).toMatchObject({ code: "UNAVAILABLE", retry: true, cause: { code: "53100" } });
  expect((await log.events.read("general", { after: 0, limit: 1 })).events).toHaveLength(1);
  rmSync(join(folder, "ballast"));
  expect(await log.events.append([draft])).toMatchObject([{ status: "appended" }]);
  const { events } = await log.events.read("general", { after: 0, limit: 10_000 });
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
  await log.close();
});
