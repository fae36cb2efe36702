import { parseArgs } from "node:util";
import type { DatabaseName } from "./database.ts";
import type { Outcome, Scenario } from "./scenario.ts";
import { clocks } from "./scenarios/clocks.ts";
import { kills } from "./scenarios/kills.ts";
import { oneFolder } from "./scenarios/one-folder.ts";
import { outage } from "./scenarios/outage.ts";
import { restarts } from "./scenarios/restarts.ts";
import { restored } from "./scenarios/restored.ts";

const scenarios: readonly Scenario[] = [kills, restarts, restored, oneFolder, outage, clocks];

interface Row {
  readonly title: string;
  readonly seconds: number;
  readonly outcome: Outcome;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string" },
    seed: { type: "string" },
    database: { type: "string" },
    help: { type: "boolean" },
  },
});
const unknown = positionals.filter((name) => !scenarios.some((scenario) => scenario.name === name));
if (values.help || unknown.length > 0 || !isDatabase(values.database)) usage();
else await proveAll();

async function proveAll(): Promise<void> {
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed);
  print(`seed ${seed}: the moments of what happens; how the processes meet it is the machine's\n`);
  const rows: Row[] = [];
  for (const scenario of scenarios.filter(({ name }) => positionals.length === 0 || positionals.includes(name)))
    for (const database of scenario.databases)
      if (values.database === undefined || values.database === database)
        rows.push(await prove(scenario, database, seed));
  print(table(rows));
  process.exitCode = rows.length > 0 && rows.every(({ outcome }) => outcome.faults.length === 0) ? 0 : 1;
}

async function prove(scenario: Scenario, database: DatabaseName, seed: number): Promise<Row> {
  const title = `${scenario.name} on ${database}`;
  const begun = performance.now();
  print(`${title}: ${scenario.says}\n`);
  const outcome = await scenario
    .run({ database, seed, seconds: Number(values.seconds ?? scenario.seconds), tell: progressOf(title) })
    .catch((error: unknown) => ({
      figures: [],
      faults: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
    }));
  print(`${process.stdout.isTTY ? "\r\x1b[K" : ""}`);
  for (const fault of outcome.faults) print(`${fault}\n`);
  return { title, seconds: Math.round((performance.now() - begun) / 1_000), outcome };
}

/** One line that is written over; where nobody watches, a line every ten seconds. */
function progressOf(title: string): (line: string) => void {
  let last = 0;
  return (line) => {
    if (process.stdout.isTTY) return print(`\r\x1b[K${title}: ${line}`);
    if (performance.now() - last < 10_000) return;
    last = performance.now();
    print(`  ${line}\n`);
  };
}

function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ title }) => title.length));
  const lines = rows.flatMap(({ title, seconds, outcome: { figures, faults } }) => {
    const verdict = faults.length === 0 ? "kept  " : "BROKEN";
    const [first = "", ...others] = figures;
    const head = `${verdict}  ${title.padEnd(width)}  ${`${seconds} s`.padStart(5)}  ${first}`;
    return [head, ...others.map((figure) => " ".repeat(width + 17) + figure)];
  });
  return `\n${lines.join("\n")}\n`;
}

function usage(): void {
  for (const name of unknown) print(`there is no scenario ${name}\n`);
  print("npm run prove -- [scenario …] [--seconds n] [--seed n] [--database pglite|postgres]\n\n");
  for (const { name, databases, seconds, says } of scenarios)
    print(`  ${name.padEnd(10)} ${`${seconds} s`.padStart(5)}  ${databases.join(", ").padEnd(16)}  ${says}\n`);
  process.exitCode = values.help ? 0 : 1;
}

function isDatabase(name: string | undefined): boolean {
  return name === undefined || name === "pglite" || name === "postgres";
}

function print(text: string): void {
  process.stdout.write(text);
}
