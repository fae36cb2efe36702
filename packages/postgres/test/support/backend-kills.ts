import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { expect } from "vitest";
import { startChild } from "./child.ts";
import { run } from "./test-database.ts";

/** What became of a process whose database connections were ended again and again. */
export interface Ending {
  readonly code: number | null;
  readonly complaint: string;
  readonly kills: number;
  readonly acknowledged: number;
}

/** Where the writer finds its packages: in this workspace, or in a folder where somebody has installed them. */
const installed = process.env.BACKEND_KILLS_IN;
const writer = installed ? resolve(installed, "write-until-told.js") : "./write-until-told.js";
const door = installed ? "@dialogue/postgres" : fileURLToPath(new URL("../../dist/index.js", import.meta.url));

/**
 * Ends all backends of a writing process, so many times, each time after it has written some more, and compares what it was told with what
 * the tables hold: nothing acknowledged is missing or doubled, no seq is missing.
 */
export async function endBackends(
  serverUrl: string,
  { driver, kills, proxy = "" }: { readonly driver: string; readonly kills: number; readonly proxy?: string },
): Promise<Ending> {
  const schema = `kills_${Math.random().toString(36).slice(2)}`;
  await run(serverUrl, `create schema ${schema}`);
  const url = new URL(serverUrl);
  url.searchParams.set("options", `-c search_path=${schema}`);
  url.searchParams.set("application_name", schema);
  const child = startChild(writer, door, driver, url.href, proxy);
  const acked = new Map<string, string>();
  let killed = 0;
  let before = 0;
  for await (const line of child.lines) {
    const [word, roomId, id, seq] = line.split(" ");
    if (word === "ack") acked.set(`${roomId} ${id}`, String(seq));
    if (acked.size - before < 10) continue;
    before = acked.size;
    if (killed === kills) child.process.stdin?.end();
    else {
      killed++;
      await run(
        serverUrl,
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = '${schema}'`,
      );
    }
  }
  const ending = await child.ended;
  await expectWhole(serverUrl, schema, acked);
  await run(serverUrl, `drop schema ${schema} cascade`);
  return { ...ending, kills: killed, acknowledged: acked.size };
}

async function expectWhole(serverUrl: string, schema: string, acked: ReadonlyMap<string, string>): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  const { rows } = await client.query<{ room_id: string; id: string; seq: string }>(
    `select room_id, id, seq from ${schema}.dialogue_events order by room_id, seq`,
  );
  await client.end();
  const found = new Map(rows.map(({ room_id, id, seq }) => [`${room_id} ${id}`, seq]));
  expect(found.size).toBe(rows.length);
  expect([...acked].filter(([place, seq]) => found.get(place) !== seq)).toEqual([]);
  for (const roomId of new Set(rows.map((row) => row.room_id))) {
    const seqs = rows.filter((row) => row.room_id === roomId).map(({ seq }) => Number(seq));
    expect(seqs).toEqual(seqs.map((_, at) => at + 1));
  }
}
