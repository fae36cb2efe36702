import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Draft, Log } from "@dialogue/core";
import { draftFor } from "@dialogue/testkit";
import { expect, test, vi } from "vitest";
import { openLog } from "../src/index.ts";
import { startChild } from "./support/child.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const kills = 20;

interface Seen {
  readonly tried: Map<string, Draft>;
  /** Seqs by the id that was acknowledged. */
  readonly acked: Map<string, number>;
}

test("after 20 SIGKILLs every acknowledged event is there, none doubled, no seq missing", async () => {
  const dataDir = temporaryFolder();
  const seen: Seen = { tried: new Map(), acked: new Map() };
  await killInTheMaking(dataDir);
  for (let turn = 1; turn < kills; turn++) await killAfter(dataDir, Math.ceil(Math.random() * 80), seen);

  const log = await openLog({ dataDir });
  await expectWhole(log, seen);
  // What was tried is sent again, as clients would: what stands is answered, what was lost is made.
  const again = await log.events.append([...seen.tried.values()]);
  for (const answer of again) {
    if (answer.status === "conflict") throw new Error("a resend was taken for another event");
    const acked = seen.acked.get(answer.event.id);
    if (acked !== undefined) expect([answer.status, answer.event.seq]).toEqual(["duplicate", acked]);
  }
  await expectWhole(log, seen);
  await log.close();
}, 600_000);

/** Kills the first start while it makes the database. */
async function killInTheMaking(dataDir: string): Promise<void> {
  const child = startChild("./append-until-killed.js", dataDir);
  await vi.waitFor(() => expect(existsSync(join(dataDir, "pgdata", "base"))).toBe(true), {
    timeout: 60_000,
    interval: 5,
  });
  child.process.kill("SIGKILL");
  await child.ended;
}

/** Runs the writer, and kills it once it has written that many lines. */
async function killAfter(dataDir: string, lines: number, { tried, acked }: Seen): Promise<void> {
  const child = startChild("./append-until-killed.js", dataDir);
  let left = lines;
  for await (const line of child.lines) {
    const [word, roomId = "", id = "", seq] = line.split(" ");
    if (word === "try") tried.set(id, draftFor(roomId, { id, hash: "hash" }));
    if (word === "ack") acked.set(id, Number(seq));
    if (left-- === 0) child.process.kill("SIGKILL");
  }
  const { code, complaint } = await child.ended;
  expect([code, complaint]).toEqual([null, ""]);
}

async function expectWhole(log: Log, { tried, acked }: Seen): Promise<void> {
  const found = new Map<string, number>();
  for (const roomId of ["one", "two", "three"]) {
    const { events } = await log.events.read(roomId, { after: 0, limit: 1_000_000 });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, place) => place + 1));
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    for (const { id, seq } of events) found.set(id, seq);
  }
  const lost = [...acked].filter(([id, seq]) => found.get(id) !== seq);
  const invented = [...found.keys()].filter((id) => !tried.has(id));
  expect({ lost, invented }).toEqual({ lost: [], invented: [] });
}
