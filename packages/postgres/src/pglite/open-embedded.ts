import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { DialogueError } from "@dialogue/events";
import type { PGlite } from "@electric-sql/pglite";
import { drizzle, type PgliteDatabase } from "drizzle-orm/pglite";
import type { Connection } from "../connect.ts";
import { lockFolder } from "./folder-lock.ts";
import { pgliteClient } from "./pglite-client.ts";
import { startWorker, type WorkerLink } from "./worker-link.ts";

/** Made by the build: a data folder just after initdb. Its absence costs the first start some seconds. */
const preparedFile = fileURLToPath(new URL("../../dist/prepared-data.tar.gz", import.meta.url));

/**
 * Opens the embedded database of a folder, made first if need be, and keeps other processes from it until `close`. Rejects
 * with a DialogueError that names the folder when it is in use or not writable. Nothing that was ever served is removed.
 */
export async function openEmbedded(dataDir: string): Promise<Connection<PgliteDatabase>> {
  const folder = resolve(dataDir);
  const lock = await lockWritable(folder);
  try {
    const client = pgliteClient(() => startIn(folder));
    // The first call starts the worker: a folder that cannot be opened shows here.
    await client.query("select 1");
    return {
      // Drizzle's driver calls no more of PGlite than this client has.
      db: drizzle({ client: client as unknown as PGlite }),
      async close() {
        await client.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function lockWritable(folder: string) {
  try {
    mkdirSync(folder, { recursive: true });
    return await lockFolder(folder);
  } catch (error) {
    if (error instanceof DialogueError) throw error;
    throw notWritable(folder, error);
  }
}

function notWritable(folder: string, cause: unknown): DialogueError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
  return new DialogueError("UNAVAILABLE", `cannot open the data folder ${folder}: it is not writable (${code})`, {
    cause,
  });
}

// PGlite only says that it was aborted.
function doesNotStart(folder: string, error: unknown): unknown {
  if (!(error instanceof DialogueError) || error.code !== "UNAVAILABLE") return error;
  const why = "its database does not start: it is damaged, or the disk is full";
  return new DialogueError("UNAVAILABLE", `cannot open the data folder ${folder}: ${why}`, { cause: error });
}

async function startIn(folder: string): Promise<WorkerLink> {
  const data = join(folder, "pgdata");
  // Stands while the database is being made, before anything is served: what it stands beside is worth nothing.
  const unfinished = join(folder, "unfinished");
  if (existsSync(unfinished)) rmSync(data, { recursive: true, force: true });
  if (existsSync(join(data, "PG_VERSION"))) {
    return startWorker({ folder: data, prepared: undefined }).catch((error: unknown) => {
      throw doesNotStart(folder, error);
    });
  }

  if (existsSync(data) && readdirSync(data).length > 0) {
    throw new DialogueError("UNAVAILABLE", `cannot open the data folder ${folder}: what lies in pgdata is no database`);
  }
  writeFileSync(unfinished, "");
  const link = await startWorker({ folder: data, prepared: existsSync(preparedFile) ? preparedFile : undefined });
  rmSync(unfinished);
  return link;
}
