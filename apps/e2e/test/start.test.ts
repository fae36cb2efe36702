import { once } from "node:events";
import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { freePort, runServer, type ServerProcess, startServer } from "../src/server-process.ts";
import { temporaryFolder } from "../src/temporary-folder.ts";

// A process takes its time to start on a busy machine; no test measures it.
vi.setConfig({ testTimeout: 120_000 });

const folder = await temporaryFolder();
afterAll(() => folder.remove());

const isRoot = process.getuid?.() === 0;

/** Expects a start to fail with exactly one line on stderr. */
async function failure(settings: Readonly<Record<string, string>>): Promise<string> {
  const { code, stderr } = await runServer({ PORT: "0", DIALOGUE_DATA_DIR: join(folder.path, "unused"), ...settings });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^dialogue: [^\n]+\n$/);
  return stderr;
}

describe("a server that cannot start says why in one line and ends with 1", () => {
  it("a value of the environment is wrong", async () => {
    expect(await failure({ PORT: "http" })).toContain("PORT is not a whole number from 0 to 65535");
    expect(await failure({ LOG_LEVEL: "loud", PORT: "-1" })).toContain("LOG_LEVEL is none of debug, info");
  });

  it("there is no secret in production", async () => {
    expect(await failure({ NODE_ENV: "production" })).toContain("DIALOGUE_SECRET is required in production");
  });

  it("the data folder cannot be made", async () => {
    await writeFile(join(folder.path, "file"), "");
    const path = join(folder.path, "file", "data");
    expect(await failure({ DIALOGUE_DATA_DIR: path })).toBe(
      `dialogue: cannot use data folder ${path}: a part of its path is a file\n`,
    );
  });

  it("the data folder cannot be written", async ({ skip }) => {
    skip(isRoot, "runs as root, who may write everywhere");
    await chmod(folder.path, 0o500);
    const line = await failure({ DIALOGUE_DATA_DIR: join(folder.path, "closed") });
    await chmod(folder.path, 0o700);
    expect(line).toContain("it is not writable");
  });

  it("the database's URL is no such URL", async () => {
    expect(await failure({ DATABASE_URL: "mysql://db/chat" })).toContain("DATABASE_URL is not a postgres:// address");
  });

  it("no database answers, and its password is not told", async () => {
    const port = await freePort();
    const line = await failure({ DATABASE_URL: `postgres://me:hunter2@127.0.0.1:${port}/chat` });
    expect(line).toContain(`cannot reach the database at 127.0.0.1:${port}/chat`);
    expect(line).not.toContain("hunter2");
  });
});

describe("beside a server that runs", () => {
  const dataDir = join(folder.path, "data");
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServer({ PORT: "0", DIALOGUE_DATA_DIR: dataDir });
  });
  afterAll(() => server.end("SIGKILL"));

  it("a second one on its data folder names the folder and the process", async () => {
    const line = await failure({ DIALOGUE_DATA_DIR: dataDir });
    expect(line).toContain(dataDir);
    expect(line).toContain(`process ${server.pid}`);
  });

  it("a second one on its port names the port", async () => {
    const { port } = new URL(server.url);
    const line = await failure({ PORT: port, DIALOGUE_DATA_DIR: join(folder.path, "other") });
    expect(line).toBe(`dialogue: cannot listen on port ${port}: another program uses it\n`);
  });

  it("a port that another program has is left to it", async () => {
    const other = createServer().listen(0);
    await once(other, "listening");
    const address = other.address();
    const port = String(typeof address === "object" ? address?.port : 0);
    expect(await failure({ PORT: port, DIALOGUE_DATA_DIR: join(folder.path, "third") })).toContain(`port ${port}`);
    other.close();
  });

  it("answers that it is well", async () => {
    expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: "ok" });
  });

  it("serves the built page, whose scripts and styles are all its own", async () => {
    const page = await (await fetch(server.url)).text();
    const parts = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
    expect(parts.length).toBeGreaterThan(1);
    for (const path of parts) expect((await fetch(server.url + path)).status).toBe(200);
    expect(page).not.toMatch(/<script(?![^>]*src)|<style| on\w+=/);
  });

  it("keeps its secret where only its owner reads it", async () => {
    const file = join(dataDir, "secret");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readFile(file, "utf8")).length).toBeGreaterThanOrEqual(32);
  });
});
