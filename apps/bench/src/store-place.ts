import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { Store } from "./contenders/contender.ts";

/** An empty place for a log, which is removed when the work is done. */
export function withPlace<Outcome>(kind: Store["kind"], work: (store: Store) => Promise<Outcome>): Promise<Outcome> {
  switch (kind) {
    case "memory":
      return work({ kind });
    case "pglite":
      return withFolder((folder) => work({ kind, folder }));
    case "postgres":
      return withSchema((url) => work({ kind, url }));
  }
}

/** Why there is no PostgreSQL to measure; undefined where there is one. */
export const lackOfPostgres = process.env.DATABASE_URL ? undefined : "needs DATABASE_URL";

async function withFolder<Outcome>(work: (folder: string) => Promise<Outcome>): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "dialogue-bench-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A schema of its own on the server of DATABASE_URL. */
async function withSchema<Outcome>(work: (url: string) => Promise<Outcome>): Promise<Outcome> {
  const schema = `dialogue_bench_${randomBytes(6).toString("hex")}`;
  const url = new URL(process.env.DATABASE_URL ?? "");
  url.searchParams.set("options", `-c search_path=${schema}`);
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(`create schema ${schema}`);
    return await work(url.href);
  } finally {
    await client.query(`drop schema if exists ${schema} cascade`);
    await client.end();
  }
}
