import { fileURLToPath } from "node:url";
import { choose, helpOf, readOptions } from "./options.ts";
import { tableOf } from "./report/table.ts";
import { run } from "./run.ts";
import { allScenarios } from "./scenarios/all.ts";
import { profileServersOf } from "./stage.ts";

const results = fileURLToPath(new URL("../results", import.meta.url));

try {
  await main();
} catch (error) {
  process.stderr.write(`cannot run the benchmark: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const all = allScenarios(options.size, options.rounds);
  if (options.isHelp) {
    process.stdout.write(helpOf(all));
    return;
  }
  if (options.profiled) profileServersOf({ contender: options.profiled, folder: results });
  const scenarios = choose(all, options);
  const ledger = await run(scenarios);
  process.stdout.write(tableOf(scenarios, ledger));
}
