import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, cpus, loadavg, platform, release, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { judge, type Verdict } from "../bars.ts";
import { absentContenders } from "../contenders/contender.ts";
import type { Ledger } from "../ledger.ts";
import { type Metric, metrics } from "../metrics.ts";
import type { Scenario, Size } from "../scenario.ts";

/** One figure of one contender, over all rounds. */
export interface Measurement {
  readonly scenario: string;
  readonly title: string;
  readonly contender: string;
  readonly metric: Metric;
  readonly what: string;
  readonly unit: string;
  readonly median: number;
  /** Ascending. */
  readonly values: readonly number[];
}

/** What has no result, and why. */
export interface Absence {
  readonly scenario: string;
  readonly title: string;
  readonly contender: string;
  readonly why: string;
}

/** Everything that a run of the benchmark came to; kept as JSON. */
export interface Results {
  readonly at: string;
  readonly command: string;
  readonly size: Size;
  readonly rounds: number;
  readonly machine: Readonly<Record<"cpu" | "cores" | "memory" | "system" | "load", string>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly bars: readonly Verdict[];
  readonly measurements: readonly Measurement[];
  readonly absences: readonly Absence[];
}

/** What is known at the end of a run. */
export interface Run {
  readonly size: Size;
  readonly rounds: number;
  readonly args: readonly string[];
  readonly scenarios: readonly Scenario[];
  readonly ledger: Ledger;
  /** The machine's load before anything ran. */
  readonly loadBefore: number;
}

const packages = ["@dialogue/server", "@trpc/server", "ws", "socket.io", "socket.io-client", "typescript", "vite"];
const require = createRequire(import.meta.url);

export function resultsOf({ size, rounds, args, scenarios, ledger, loadBefore }: Run): Results {
  return {
    at: new Date().toISOString(),
    command: ["npm run bench", ...(args.length > 0 ? ["--", ...args] : [])].join(" "),
    size,
    rounds,
    machine: {
      cpu: cpus()[0]?.model ?? "unknown",
      cores: String(cpus().length),
      memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
      system: `${platform()} ${release()} ${arch()}`,
      load: `${loadBefore.toFixed(1)} before, ${loadavg()[0]?.toFixed(1)} after`,
    },
    versions: { node: process.version, ...Object.fromEntries(packages.map((name) => [name, versionOf(name)])) },
    // Tiny numbers reach no bar.
    bars: size === "smoke" ? [] : judge(ledger),
    measurements: scenarios.flatMap((scenario) => measurementsOf(scenario, ledger)),
    absences: [...scenarios.flatMap((scenario) => absencesOf(scenario, ledger)), ...absentContenders],
  };
}

function measurementsOf({ id, title, contenders }: Scenario, ledger: Ledger): Measurement[] {
  return (Object.keys(metrics) as Metric[]).flatMap((metric) =>
    contenders.flatMap((contender) => {
      const values = ledger.values(id, contender, metric);
      const median = ledger.median(id, contender, metric);
      if (median === undefined) return [];
      const { title: what, unit } = metrics[metric];
      return { scenario: id, title, contender, metric, what, unit, median, values };
    }),
  );
}

function absencesOf({ id, title, contenders, lacks }: Scenario, ledger: Ledger): Absence[] {
  return contenders.flatMap((contender) => {
    const why = lacks ?? ledger.failure(id, contender);
    return why === undefined ? [] : { scenario: id, title, contender, why };
  });
}

/** Of the package as it is installed; not all let their manifest be imported. */
function versionOf(name: string): string {
  for (let folder = dirname(require.resolve(name)); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = manifestIn(folder);
    if (manifest?.name === name && manifest.version !== undefined) return manifest.version;
  }
  return "unknown";
}

function manifestIn(folder: string): { readonly name?: string; readonly version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  } catch {
    return undefined; // A folder inside a package.
  }
}
