import { parseArgs } from "node:util";
import { install } from "./install.mjs";
import { mutants } from "./mutants/all.mjs";
import { copySources } from "./mutants/copy.mjs";
import { plantAll } from "./mutants/plant.mjs";
import { build } from "./turbo-build.mjs";

const usage = `npm run test:mutants [-- [--quick] [--list] [words…]]

Plants one fault after the other in a copy of the sources and shows that the tests fail of it. Ends with 1 when one lives.
  words…    only those whose name, or a file of whose, holds one of them
  --quick   only the short form that npm test runs
  --list    only tell their names and what they break`;

const { values, positionals } = readArgs();
const chosen = mutants.filter(
  (mutant) => (!values.quick || mutant.isQuick) && (positionals.length === 0 || positionals.some(isOf(mutant))),
);
if (values.help) console.log(usage);
else if (chosen.length === 0)
  fail(`no planted fault is named after, or planted into, ${positionals.join(" or ")}; --list tells them all`);
else if (values.list) for (const { name, breaks } of chosen) console.log(`${name}\n    ${breaks}`);
else await plantChosen();

async function plantChosen() {
  if (!(await install())) process.exit(1);
  console.log("building…");
  const built = await build(["@dialogue/postgres"]);
  if (!built.ok) return fail(`${built.output}\nthe build failed, see above`);

  const { folder } = copySources();
  console.log(`running the tests of ${chosen.length} planted faults without any…`);
  let done = 0;
  const planted = await plantAll(folder, chosen, ({ mutant, state, note, seconds }) => {
    const place = `${++done}/${chosen.length}`.padStart(5);
    const label = state === "caught" || state === "skipped" ? state : state.toUpperCase();
    console.log(`${place} ${label.padEnd(7)} ${mutant.name} (${seconds.toFixed(1)} s)\n              ${note}`);
  });
  console.log(`\n${table(planted)}`);
  const count = (/** @type {string} */ state) => planted.filter((each) => each.state === state).length;
  const isLacking = process.env.DIALOGUE_REQUIRE_SERVICES === "1" && count("skipped") > 0;
  if (count("lived") + count("void") > 0 || isLacking) process.exitCode = 1;
  const others = [
    ...(count("void") > 0 ? [`${count("void")} showed nothing`] : []),
    ...(count("skipped") > 0 ? [`${count("skipped")} skipped`] : []),
  ];
  console.log([`\n${count("caught")} caught`, `${count("lived")} lived`, ...others].join(", "));
}

/** @param {import("./mutants/mutant.mjs").Mutant} mutant @returns {(word: string) => boolean} */
function isOf({ name, edits }) {
  return (word) => [name, ...edits.map(({ file }) => file)].some((text) => text.includes(word));
}

/** @param {readonly import("./mutants/plant.mjs").Planted[]} planted */
function table(planted) {
  const width = Math.max(...planted.map(({ mutant }) => mutant.name.length));
  return planted
    .map(({ mutant, state }) => `${mutant.name.padEnd(width)}  ${state.padEnd(7)}  ${mutant.breaks}`)
    .join("\n");
}

function readArgs() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { quick: { type: "boolean" }, list: { type: "boolean" }, help: { type: "boolean" } },
    });
  } catch (error) {
    fail(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(1);
  }
}

/** @param {string} why */
function fail(why) {
  console.error(why);
  process.exitCode = 1;
}
