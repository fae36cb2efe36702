import type { Ledger } from "../ledger.ts";
import { type Metric, metrics } from "../metrics.ts";
import type { Scenario } from "../scenario.ts";

const metricNames = Object.keys(metrics) as readonly Metric[];

/** Every figure: the median, what it ranged over, and its ratio to the peers. */
export function tableOf(scenarios: readonly Scenario[], ledger: Ledger): string {
  const lines = [
    "| scenario | contender | what | median | all rounds | × Socket.IO | × pre-framed |",
    "|---|---|---|--:|--:|--:|--:|",
  ];
  for (const { id, title, contenders } of scenarios)
    for (const metric of metricNames)
      for (const contender of contenders) {
        const median = ledger.median(id, contender, metric);
        if (median === undefined) continue;
        const { title: what, unit } = metrics[metric];
        const ratios = ["socket.io", "pre-framed"].map((peer) => ratioOf(ledger.ratio(id, [contender, peer], metric)));
        const [shown = ""] = [shownAs(metric, median)];
        lines.push(
          `| ${title} | ${contender} | ${what}${unit === "" ? "" : `, ${unit}`} | ${shown} | ${rangeOf(metric, ledger.values(id, contender, metric))} | ${ratios.join(" | ")} |`,
        );
      }
  for (const { id, title, contenders } of scenarios)
    for (const contender of contenders) {
      const failure = ledger.failure(id, contender);
      if (failure !== undefined) lines.push(`| ${title} | ${contender} | no result: ${failure} | | | | |`);
    }
  return `${lines.join("\n")}\n`;
}

/** A figure as it is printed. */
export function shownAs(metric: Metric, value: number): string {
  const { digits } = metrics[metric];
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function rangeOf(metric: Metric, values: readonly number[]): string {
  return values.map((value) => shownAs(metric, value)).join(" · ");
}

function ratioOf(ratio: number | undefined): string {
  return ratio === undefined ? "" : ratio.toFixed(2);
}
