import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import type { Outcome } from "../src/outcome.ts";
import { ownPostgres } from "../src/own-postgres.ts";
import { runClocks } from "../src/scenarios/clocks.ts";
import { runKills } from "../src/scenarios/kills.ts";
import { runOneFolder } from "../src/scenarios/one-folder.ts";
import { runOutage } from "../src/scenarios/outage.ts";
import { runRestarts } from "../src/scenarios/restarts.ts";
import { runRestored } from "../src/scenarios/restored.ts";
import type { Conduct } from "../src/stage.ts";

// The long runs in their shortest form; `npm run prove` is the whole of them.

const seed = Math.floor(Math.random() * 2 ** 32);
const conduct = (given: Pick<Conduct, "database" | "seconds" | "settings">): Conduct => ({
  ...given,
  seed,
  tell: () => undefined,
});
const expectKept = ({ faults }: Outcome) => expect(faults, `seed ${seed}`).toEqual([]);

describe("on PGlite", { timeout: 300_000 }, () => {
  const pglite = (seconds: number) => conduct({ database: "pglite", seconds });

  it("nothing acknowledged is lost or doubled by kills", async () => {
    expectKept(await runKills(pglite(1), { people: 6, rooms: 2, kills: 2, crashes: 0 }));
  });

  it("every subscriber's yields are the log, through a restart", async () => {
    expectKept(await runRestarts(pglite(3), { people: 20, senders: 5, rooms: 2, restarts: 1 }));
  });

  it("a restored dump is told to every client", async () => {
    expectKept(await runRestored(pglite(2), { people: 16, rooms: 4 }));
  });

  it("a second server on the folder stops, and the first is unharmed", async () => {
    expectKept(await runOneFolder(pglite(1), 4));
  });

  it("clocks that are off and a stopped process change nothing", async () => {
    expectKept(await runClocks(pglite(2), { people: 4, stoppedMs: 1_000 }));
  });

  it("a server that acknowledges before it commits is found out", async () => {
    const plant = pathToFileURL(fileURLToPath(new URL("../dist/plants/ack-before-commit.js", import.meta.url))).href;
    const lying = conduct({ database: "pglite", seconds: 1, settings: { NODE_OPTIONS: `--import ${plant}` } });
    const { faults } = await runKills(lying, { people: 6, rooms: 2, kills: 3, crashes: 0 });
    expect(faults.join("\n")).toMatch(/\d+ missing \(I1\)/);
    expect(faults.join("\n")).toMatch(/missing: room room-\d, seq \d+, id [0-9a-f-]{36}: was acknowledged/);
  });
});

const missing = await ownPostgres().then(
  (server) => server.remove(),
  (error: unknown) => `no PostgreSQL: ${error instanceof Error ? error.message : String(error)}`,
);
const reason = missing ? ` (needs PostgreSQL's binaries: ${missing})` : "";

describe.skipIf(missing)(`on a PostgreSQL that is stopped${reason}`, { timeout: 300_000 }, () => {
  const postgres = (seconds: number) => conduct({ database: "postgres", seconds });

  it("nothing acknowledged is lost or doubled by kills of the server and of the database", async () => {
    expectKept(await runKills(postgres(1), { people: 6, rooms: 2, kills: 1, crashes: 2 }));
  });

  it("a dump restored under a running server is told to every client", async () => {
    expectKept(await runRestored(postgres(2), { people: 16, rooms: 4 }));
  });

  it("while it is away nothing is acknowledged or stuck, and every retry succeeds with its first id", async () => {
    expectKept(await runOutage(postgres(2), 6));
  });
});
