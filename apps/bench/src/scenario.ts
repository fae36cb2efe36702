import type { Metric } from "./metrics.ts";

/** How much is measured: all, what fits into a minute, or just enough to see that it runs. */
export type Size = "full" | "quick" | "smoke";

/** What one run of one contender came to. */
export type Figures = Partial<Readonly<Record<Metric, number>>>;

/** What contenders are measured by, in turns: A B C, A B C … */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly contenders: readonly string[];
  readonly rounds: number;
  /** What one run takes on a small machine, for the estimate of the time left. */
  readonly seconds: number;
  /** Why there is nothing to measure here. */
  readonly lacks?: string;
  /** Rejects where a delivery is missing, doubled or not what was sent. */
  play(contender: string): Promise<Figures>;
}
