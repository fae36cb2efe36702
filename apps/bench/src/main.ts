import { loadavg } from "node:os";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { choose, helpOf, type Options, readOptions } from "./options.ts";
import { resultsOf } from "./report/results.ts";
import { save } from "./report/save.ts";
import { barTable, measurementTable } from "./report/table.ts";
import { run } from "./run.ts";
import { allScenarios } from "./scenarios/all.ts";
import { profileServersOf } from "./stage.ts";

const partly = fileURLToPath(new URL("../results", import.meta.url));
const wholly = fileURLToPath(new URL("../../../docs", import.meta.url));

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`cannot run the benchmark: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  const { size, rounds } = options;
  const all = allScenarios(size, rounds);
  if (options.isHelp) {
    process.stdout.write(helpOf(all));
    return;
  }
  if (options.profiled) profileServersOf({ contender: options.profiled, folder: partly });
  const scenarios = choose(all, options);
  const stop = stopped();
  const [loadBefore = 0] = loadavg();
  const ledger = await run(scenarios, { signal: stop, atOnce: size === "smoke" ? 4 : 1 });
  const results = resultsOf({ size, rounds, args, scenarios, ledger, loadBefore });
  process.stdout.write(`${barTable(results)}\n${measurementTable(results)}`);
  const files = await save(results, folderFor(options, stop.aborted));
  process.stderr.write(`written: ${files.map((file) => relative(process.cwd(), file)).join(", ")}\n`);
  if (scenarios.some(({ id, contenders }) => contenders.some((name) => ledger.failure(id, name)))) process.exitCode = 1;
}

/** What stands in docs is a whole. */
function folderFor({ out, scenarios, contenders, size }: Options, isCut: boolean): string {
  if (out !== undefined) return out;
  return isCut || scenarios.length + contenders.length > 0 || size === "smoke" ? partly : wholly;
}

/** Aborted by the first signal, after which what was measured is written; a second one ends at once. */
function stopped(): AbortSignal {
  const stop = new AbortController();
  let firstAt = 0;
  const take = () => {
    // One key press arrives several times: from the terminal, and again from npm.
    if (stop.signal.aborted && performance.now() - firstAt > 1_000) process.exit(130);
    if (stop.signal.aborted) return;
    firstAt = performance.now();
    process.stderr.write("\nstopping; what was measured is written\n");
    stop.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, take);
  return stop.signal;
}
