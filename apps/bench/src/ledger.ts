import type { Metric } from "./metrics.ts";
import type { Figures } from "./scenario.ts";

/** What one run came to. */
export type Entry = {
  readonly scenario: string;
  readonly contender: string;
} & ({ readonly figures: Figures } | { readonly failure: string });

/** Everything that was measured. */
export class Ledger {
  readonly entries: Entry[] = [];

  add(entry: Entry): void {
    this.entries.push(entry);
  }

  of(scenario: string, contender: string): readonly Entry[] {
    return this.entries.filter((entry) => entry.scenario === scenario && entry.contender === contender);
  }

  /** Why a contender has no result: one failure is enough. */
  failure(scenario: string, contender: string): string | undefined {
    for (const entry of this.of(scenario, contender)) if ("failure" in entry) return entry.failure;
    return undefined;
  }

  /** Of all rounds; undefined where there is none, or where one failed. */
  median(scenario: string, contender: string, metric: Metric): number | undefined {
    const values = this.values(scenario, contender, metric);
    const middle = values.length >> 1;
    const upper = values[middle];
    if (upper === undefined || values.length % 2 === 1) return upper;
    return (upper + (values[middle - 1] ?? upper)) / 2;
  }

  /** Of all rounds, ascending; none where one failed. */
  values(scenario: string, contender: string, metric: Metric): readonly number[] {
    if (this.failure(scenario, contender) !== undefined) return [];
    return this.of(scenario, contender)
      .flatMap((entry) => ("figures" in entry ? (entry.figures[metric] ?? []) : []))
      .sort((left, right) => left - right);
  }

  /** The median of one contender over that of another. */
  ratio(scenario: string, [own, peer]: readonly [own: string, peer: string], metric: Metric): number | undefined {
    const [left, right] = [this.median(scenario, own, metric), this.median(scenario, peer, metric)];
    return left === undefined || right === undefined ? undefined : left / right;
  }
}
