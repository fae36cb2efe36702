import { parseArgs } from "node:util";
import { type ContenderName, contenderNames } from "./contenders/contender.ts";
import type { Scenario, Size } from "./scenario.ts";

/** What was asked for. */
export interface Options {
  readonly size: Size;
  readonly rounds: number;
  readonly scenarios: readonly string[];
  readonly contenders: readonly string[];
  /** Whose servers leave a CPU profile. */
  readonly profiled?: ContenderName;
  /** Where the results go. */
  readonly out?: string;
  readonly isHelp: boolean;
}

const usage = `npm run bench [-- options]

  --quick                 what fits into a minute
  --smoke                 tiny numbers: whether everything runs, not how fast
  --rounds <n>            rounds of each scenario (3; 1 with --quick)
  --scenario <id,…>       only these, or those whose name begins so
  --contender <name,…>    only these
  --cpu-prof <contender>  its servers leave CPU profiles in apps/bench/results
  --out <folder>          where the results go (docs; apps/bench/results for a part or --smoke)
`;

/** Throws, with a sentence for people, where it cannot be understood. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      smoke: { type: "boolean", default: false },
      rounds: { type: "string" },
      scenario: { type: "string", multiple: true, default: [] },
      contender: { type: "string", multiple: true, default: [] },
      "cpu-prof": { type: "string" },
      out: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const size = values.smoke ? "smoke" : values.quick ? "quick" : "full";
  const rounds = Number(values.rounds ?? (size === "full" ? 3 : 1));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${values.rounds}: not a number of rounds`);
  const profiled = contenderNames.find((name) => name === values["cpu-prof"]);
  if (values["cpu-prof"] !== undefined && !profiled)
    throw new Error(`--cpu-prof ${values["cpu-prof"]}: not one of ${contenderNames.join(", ")}`);
  return {
    size,
    rounds,
    scenarios: values.scenario.flatMap((names) => names.split(",")),
    contenders: values.contender.flatMap((names) => names.split(",")),
    isHelp: values.help,
    ...(profiled ? { profiled } : {}),
    ...(values.out === undefined ? {} : { out: values.out }),
  };
}

/** What `--help` says. */
export function helpOf(scenarios: readonly Scenario[]): string {
  const width = Math.max(...scenarios.map(({ id }) => id.length));
  const known = scenarios.map(({ id, title }) => `  ${id.padEnd(width)}  ${title}`);
  return `${usage}\nScenarios:\n${known.join("\n")}\n\nContenders: ${contenderNames.join(", ")}\n`;
}

/** Those of the scenarios, and of their contenders, that were asked for. Throws where none is left. */
export function choose(all: readonly Scenario[], { scenarios, contenders }: Options): Scenario[] {
  const isAskedFor = (id: string) =>
    scenarios.length === 0 || scenarios.some((name) => id === name || id.startsWith(`${name}-`));
  const isContender = (name: string) => contenders.length === 0 || contenders.includes(name);
  const chosen = all
    .filter(({ id }) => isAskedFor(id))
    .map((scenario) => ({ ...scenario, contenders: scenario.contenders.filter(isContender) }))
    .filter((scenario) => scenario.contenders.length > 0);
  if (chosen.length === 0) {
    const asked = [...scenarios, ...contenders].join(", ");
    throw new Error(`nothing to measure: no scenario and contender are called ${asked}; --help lists them`);
  }
  return chosen;
}
