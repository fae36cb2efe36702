import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Results } from "../src/report/results.ts";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "dialogue-bench-test-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Every process of every run starts anew, on what may be a busy machine. */
const patienceMs = 900_000;

let results: Results;
let page: string;
let chart: string;
beforeAll(async () => {
  const { code, output } = await bench("--smoke", "--out", folder);
  expect(code, output).toBe(0);
  results = JSON.parse(await readFile(join(folder, "benchmarks.json"), "utf8"));
  page = await readFile(join(folder, "benchmarks.md"), "utf8");
  chart = await readFile(join(folder, "benchmarks.svg"), "utf8");
}, patienceMs);

function bench(...args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...args], (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? 1, output: stdout + stderr });
    });
  });
}

function contendersOf(scenario: string): Set<string> {
  return new Set(results.measurements.filter((one) => one.scenario === scenario).map(({ contender }) => contender));
}

const all = [
  "dialogue",
  "dialogue-unpaced",
  "trpc",
  "socket.io",
  "socket.io-recovery",
  "socket.io-acks",
  "ws",
  "pre-framed",
];

it("brings every contender's every message to every client, whole and once", () => {
  expect(contendersOf("1x1000")).toEqual(new Set(all));
  for (const scenario of ["burst", "100x10", "growth-100", "idle"])
    expect(contendersOf(scenario)).toContain("socket.io");
});

it.each(["resume", "slow-readers", "latency-pglite", "durable-pglite", "bundle"])("plays %s to its end", (scenario) => {
  expect(contendersOf(scenario)).toContain("dialogue");
});

it("compares the type-check of few and many events", () => {
  expect(contendersOf("type-check").size).toBe(2);
});

it("measures on PostgreSQL where there is one", ({ skip }) => {
  skip(!process.env.DATABASE_URL, "needs DATABASE_URL");
  expect(contendersOf("durable-postgres")).toContain("insert");
  expect(contendersOf("latency-postgres")).toContain("dialogue");
});

it("says what has no result, and nothing else has none", () => {
  const lacking = results.absences.filter(({ why }) => why !== "needs DATABASE_URL");
  expect(lacking.map(({ contender }) => contender)).toEqual(["ws-kit 0.10"]);
});

it("writes a page and a chart of what it measured", () => {
  for (const { contender } of results.measurements) expect(page).toContain(`| ${contender} |`);
  expect(page).toContain(results.machine.cpu);
  expect(chart).toMatch(/^<svg [^>]*role="img"/);
  expect(chart).toContain("socket.io");
});

it("refuses what it does not know", async () => {
  expect(await bench("--scenario", "nix")).toMatchObject({ code: 1, output: expect.stringContaining("--help") });
  expect(await bench("--cpu-prof", "nobody")).toMatchObject({ code: 1, output: expect.stringContaining("not one of") });
  expect(await bench("--rounds", "none")).toMatchObject({ code: 1, output: expect.stringContaining("rounds") });
});
