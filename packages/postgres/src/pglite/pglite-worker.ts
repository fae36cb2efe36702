import { readFile } from "node:fs/promises";
import { parentPort, workerData } from "node:worker_threads";
import { PGlite, types } from "@electric-sql/pglite";
import type { WorkerFailure, WorkerReply, WorkerRequest, WorkerStart } from "./worker-protocol.ts";

// PGlite computes on the thread that calls it: here it blocks nobody.
const port = parentPort;
if (!port) throw new Error("cannot run the database: this file is a worker's");

const { folder, prepared }: WorkerStart = workerData;

// As Drizzle's PGlite driver asks for: dates come as PostgreSQL writes them. Functions do not travel between threads.
const asWritten = (value: string): string => value;
const dateTypes = [types.TIMESTAMP, types.TIMESTAMPTZ, types.INTERVAL, types.DATE, 1231, 1115, 1185, 1187, 1182];
const parsers = Object.fromEntries(dateTypes.map((type) => [type, asWritten]));

const database = await PGlite.create({
  dataDir: folder,
  relaxedDurability: false,
  ...(prepared === undefined ? {} : { loadDataDir: new Blob([await readFile(prepared)]) }),
});

async function run(request: WorkerRequest): Promise<unknown> {
  switch (request.kind) {
    case "query":
      return database.query(request.sql, [...request.params], { rowMode: request.rowMode, parsers });
    case "exec":
      return database.exec(request.sql);
    case "close":
      return database.close();
  }
}

function failureOf(error: unknown): WorkerFailure {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
  return { message, code };
}

port.on("message", async (request: WorkerRequest) => {
  const { call } = request;
  try {
    port.postMessage({ call, result: await run(request) } satisfies WorkerReply);
  } catch (error) {
    // The database's own code has failed: what it holds in memory is not to be trusted. The next call starts another.
    if (error instanceof Error && /^(RuntimeError|ExitStatus)$/.test(error.name)) process.exit(1);
    port.postMessage({ call, failure: failureOf(error) } satisfies WorkerReply);
  }
});
port.postMessage({ call: 0, result: null } satisfies WorkerReply);
