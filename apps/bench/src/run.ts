import { Ledger } from "./ledger.ts";
import { Progress } from "./progress.ts";
import type { Scenario } from "./scenario.ts";

/** Measures the contenders of each scenario in turns. One that fails has no result; the others go on. */
export async function run(scenarios: readonly Scenario[]): Promise<Ledger> {
  const ledger = new Ledger();
  const total = scenarios.reduce(
    (sum, { seconds, rounds, contenders }) => sum + seconds * rounds * contenders.length,
    0,
  );
  const progress = new Progress(process.stderr, total);
  for (const { id, title, contenders, rounds, seconds, play } of scenarios)
    for (let round = 1; round <= rounds; round++)
      for (const contender of contenders) {
        const ended = progress.begin(`${title}: round ${round} of ${rounds}, ${contender}`, seconds);
        await play(contender).then(
          (figures) => ledger.add({ scenario: id, contender, figures }),
          (error: Error) => ledger.add({ scenario: id, contender, failure: error.message }),
        );
        ended();
      }
  progress.end();
  return ledger;
}
