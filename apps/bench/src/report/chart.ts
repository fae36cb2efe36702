import type { Measurement, Results } from "./results.ts";
import { shown } from "./table.ts";

const panels = ["1x1000", "burst", "100x10", "1x10000"];
const contenders = ["dialogue", "dialogue-unpaced", "pre-framed", "ws", "socket.io", "trpc"];

const width = 760;
const nameWidth = 150;
const valueWidth = 70;
const barWidth = width - nameWidth - valueWidth - 20;
const rowHeight = 22;
const headHeight = 34;
const topHeight = 56;

const style = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 16px; font-weight: 600 }
  .head { font-weight: 600 }
  .bar { fill: #6e7781 }
  .own { fill: #0a63c9 }
  .ground { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .bar { fill: #8b949e }
    .own { fill: #58a6ff }
    .ground { fill: #0d1117 }
  }`;

/** What a delivery costs, as a picture for light and dark that also says it in words. Undefined where that was not measured. */
export function chartOf({ measurements }: Results): string | undefined {
  const costs = measurements.filter(({ metric }) => metric === "cpu");
  const shownPanels = panels
    .map((scenario) => costs.filter((cost) => cost.scenario === scenario && contenders.includes(cost.contender)))
    .filter((panel) => panel.length > 0)
    .map((panel) => panel.toSorted((a, b) => contenders.indexOf(a.contender) - contenders.indexOf(b.contender)));
  if (shownPanels.length === 0) return undefined;
  let top = topHeight;
  const drawn = shownPanels.map((panel) => {
    const at = top;
    top += headHeight + panel.length * rowHeight;
    return panelAt(panel, at);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top + 14}" role="img" aria-labelledby="title words">
<title id="title">What the server spends on a delivery: microseconds of CPU, less is better</title>
<desc id="words">${shownPanels.map(wordsOf).join(" ")}</desc>
<style>${style}
</style>
<rect class="ground" width="100%" height="100%" rx="8"/>
<text class="title" x="16" y="30">Server CPU per delivery, µs (less is better)</text>
${drawn.join("\n")}
</svg>
`;
}

/** Each panel has a scale of its own: rooms of different shapes are not to be compared. */
function panelAt(panel: readonly Measurement[], top: number): string {
  const most = Math.max(...panel.map(({ median }) => median));
  const rows = panel.map((cost, row) => rowAt(cost, { y: top + headHeight + row * rowHeight, most }));
  return `<text class="head" x="16" y="${top + 18}">${panel[0]?.title}</text>\n${rows.join("\n")}`;
}

function rowAt(
  { contender, metric, median }: Measurement,
  { y, most }: { readonly y: number; readonly most: number },
): string {
  const length = Math.max(2, Math.round((median / most) * barWidth));
  const kind = contender.startsWith("dialogue") ? "bar own" : "bar";
  return `<text x="16" y="${y + 12}">${contender}</text><rect class="${kind}" x="${nameWidth}" y="${y}" width="${length}" height="16" rx="2"/><text x="${nameWidth + length + 6}" y="${y + 12}">${shown(metric, median)}</text>`;
}

function wordsOf(panel: readonly Measurement[]): string {
  const words = panel.map(({ contender, metric, median }) => `${contender} ${shown(metric, median)}`);
  return `${panel[0]?.title}: ${words.join(", ")}.`;
}
