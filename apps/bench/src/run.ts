import { Ledger } from "./ledger.ts";
import { Progress } from "./progress.ts";
import type { Scenario } from "./scenario.ts";

/**
 * Measures the contenders of each scenario in turns: one run at a time, or several where speed is not asked for. One that
 * fails has no result; the others go on. After an abort nothing further begins.
 */
export async function run(
  scenarios: readonly Scenario[],
  { signal, atOnce }: { readonly signal: AbortSignal; readonly atOnce: number },
): Promise<Ledger> {
  const ledger = new Ledger();
  const runs = scenarios.filter(({ lacks }) => lacks === undefined).flatMap(runsOf);
  const progress = new Progress(
    process.stderr,
    runs.reduce((sum, { scenario }) => sum + scenario.seconds, 0),
  );
  const waiting = runs.values();
  const lane = async (): Promise<void> => {
    for (const { scenario, round, contender } of waiting) {
      if (signal.aborted) break;
      const { id, title, rounds, seconds, play } = scenario;
      const ended = progress.begin(`${title}: round ${round} of ${rounds}, ${contender}`, seconds);
      const entry = await play(contender).then(
        (figures) => ({ scenario: id, contender, figures }),
        (error: Error) => ({ scenario: id, contender, failure: error.message }),
      );
      ended();
      // What stops this program stops its servers too: that is no fault of theirs.
      if (!signal.aborted) ledger.add(entry);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  progress.end();
  return ledger;
}

/** A B C, A B C … */
function runsOf(scenario: Scenario) {
  const rounds = Array.from({ length: scenario.rounds }, (_, index) => index + 1);
  return rounds.flatMap((round) => scenario.contenders.map((contender) => ({ scenario, round, contender })));
}
