import { type Metric, metrics } from "../metrics.ts";
import type { Measurement, Results } from "./results.ts";

/** Each bar, what was measured, and whether it is met. */
export function barTable({ bars }: Results): string {
  const rows = bars.map(({ what, bar, measured, verdict }) => [what, bar, measured, verdict]);
  return table(["bar", "to reach", "measured", ""], rows);
}

/** Every figure: the median, all rounds, and the ratio to the peers. What has no result says why. */
export function measurementTable({ measurements, absences }: Results): string {
  const rows = measurements.map((measurement) => {
    const { title, contender, what, unit, median, values, metric } = measurement;
    return [
      title,
      contender,
      unit === "" ? what : `${what}, ${unit}`,
      shown(metric, median),
      values.length > 1 ? values.map((value) => shown(metric, value)).join(" · ") : "",
      ratio(measurement, measurements, "socket.io"),
      ratio(measurement, measurements, "pre-framed"),
    ];
  });
  const missing = absences.map(({ title, contender, why }) => [title, contender, `no result: ${why}`, "", "", "", ""]);
  return table(
    ["scenario", "contender", "what", ">median", "all rounds", ">× Socket.IO", ">× pre-framed"],
    [...rows, ...missing],
  );
}

/** A figure as it is printed. */
export function shown(metric: Metric, value: number): string {
  const { digits } = metrics[metric];
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function ratio(own: Measurement, all: readonly Measurement[], contender: string): string {
  const peer = all.find(
    (other) => other.scenario === own.scenario && other.metric === own.metric && other.contender === contender,
  );
  return peer ? (own.median / peer.median).toFixed(2) : "";
}

/** Columns whose head begins with ">" stand to the right. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [
    heads.map((head) => head.replace(/^>/, "")),
    heads.map((head) => (head.startsWith(">") ? "--:" : "---")),
    ...rows.map((cells) => cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " "))),
  ];
  return `${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
}
