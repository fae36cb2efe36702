import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../server/dist/main.js", import.meta.url));

/** How a process ended, and all it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: readonly string[];
  readonly stderr: string;
}

/** The built server as a process of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** Ends it with a signal; resolves when it has ended. */
  end(signal: NodeJS.Signals): Promise<Ended>;
}

/** What the server is told by its environment; everything of this process's own is kept from it. */
export type Settings = Readonly<Record<string, string>>;

/** Starts the server; resolves when it says that it is ready. Rejects with what it wrote when it ends before. */
export async function startServer(settings: Settings): Promise<ServerProcess> {
  const { child, ended, lines } = spawnServer(settings);
  const ready = new Promise<string>((resolve) => {
    lines.on("line", (line) => {
      const url = /^Dialogue is ready at (\S+)$/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const first = await Promise.race([ready, ended]);
  if (typeof first !== "string") throw new Error(`the server ended with code ${first.code}: ${first.stderr}`);
  return {
    url: first,
    pid: child.pid ?? 0,
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

/** Runs a server that is expected to end by itself. */
export function runServer(settings: Settings): Promise<Ended> {
  return spawnServer(settings).ended;
}

/** A port that was free a moment ago: a server that is started again needs the same one. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

function spawnServer(settings: Settings) {
  if (!existsSync(main)) throw new Error("cannot start the server: it is not built; run `npm run build`");
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A test that failed must not leave its server behind.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("close", () => process.off("exit", kill));
  const lines = createInterface({ input: child.stdout });
  return { child, lines, ended: endOf(child, lines) };
}

async function endOf(child: ChildProcess, lines: NodeJS.EventEmitter): Promise<Ended> {
  const stdout: string[] = [];
  let stderr = "";
  lines.on("line", (line: string) => stdout.push(line));
  child.stderr?.on("data", (chunk) => {
    stderr += String(chunk);
  });
  const [code] = await once(child, "close");
  return { code, stdout, stderr };
}
