import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { edited, Misfit } from "./mutant.mjs";
import { named, trial } from "./trial.mjs";

/** @typedef {import("./mutant.mjs").Mutant} Mutant */
/** @typedef {import("./test-verdicts.mjs").RunVerdict} RunVerdict */

/**
 * What became of a mutant. "caught": a named test failed by what it asserts. "lived": all passed. "skipped": its tests
 * need what is not there. "void": nothing was shown, because it does not fit the sources any more, its tests fail without
 * it as well, or what failed was no assertion.
 * @typedef {{ mutant: Mutant, state: "caught" | "lived" | "skipped" | "void", note: string, seconds: number }} Planted
 */

/**
 * Plants one mutant after the other in a copy of the sources, and runs the tests that are to catch it; first of all, and
 * once, the tests of all of them on the copy as it is. Tells of each as it is known.
 * @param {string} folder The copy.
 * @param {readonly Mutant[]} mutants
 * @param {(planted: Planted) => void} tell
 * @returns {Promise<Planted[]>}
 */
export async function plantAll(folder, mutants, tell) {
  const sound = await trial(
    folder,
    mutants.flatMap((mutant) => mutant.caughtBy),
  );
  const all = [];
  for (const mutant of mutants) {
    const begun = performance.now();
    const verdict = failureWithout(sound, mutant) ?? (await plant(folder, mutant));
    const planted = { mutant, ...verdict, seconds: (performance.now() - begun) / 1000 };
    tell(planted);
    all.push(planted);
  }
  return all;
}

/** @typedef {Pick<Planted, "state" | "note">} Verdict */

/** @param {RunVerdict | string} sound @param {Mutant} mutant @returns {Verdict | undefined} */
function failureWithout(sound, { caughtBy, needs }) {
  if (typeof sound === "string") return { state: "void", note: `the tests without it: ${sound}` };
  const tests = caughtBy.flatMap((catcher) => named(sound, catcher));
  const missing = caughtBy.find((catcher) => named(sound, catcher).length === 0);
  const failed = tests.find(({ state }) => state === "failed");
  if (failed) return { state: "void", note: `fails without it as well: ${failed.name}: ${failed.message}` };
  if (tests.some(({ state }) => state === "passed") && !missing) return undefined;
  if (needs) return { state: "skipped", note: `needs ${needs}` };
  if (missing) return { state: "void", note: `${missing.file} has no test named ${JSON.stringify(missing.test)}` };
  return { state: "skipped", note: "its tests were skipped" };
}

/** @param {string} folder @param {Mutant} mutant @returns {Promise<Verdict>} */
async function plant(folder, { edits, caughtBy }) {
  /** @type {Map<string, string>} */
  const originals = new Map();
  try {
    for (const edit of edits) {
      const path = join(folder, edit.file);
      const source = readFileSync(path, "utf8");
      if (!originals.has(path)) originals.set(path, source);
      writeFileSync(path, edited(source, edit));
    }
    return verdictOf(await trial(folder, caughtBy), caughtBy);
  } catch (error) {
    if (error instanceof Misfit) return { state: "void", note: error.message };
    throw error;
  } finally {
    for (const [path, source] of originals) writeFileSync(path, source);
  }
}

/** @param {RunVerdict | string} run @param {Mutant["caughtBy"]} catchers @returns {Verdict} */
function verdictOf(run, catchers) {
  if (typeof run === "string") return { state: "void", note: run };
  const tests = catchers.flatMap((catcher) => named(run, catcher));
  const failed = tests.filter(({ state }) => state === "failed");
  const found = failed.find(({ why }) => why === "asserted");
  if (found) return { state: "caught", note: found.name };
  const [other] = failed;
  if (other) return { state: "void", note: `${other.why}, which shows nothing: ${other.name}: ${other.message}` };
  if (run.broken.length > 0 || tests.length === 0)
    return { state: "void", note: `the tests did not run: ${run.broken[0] ?? "none was found"}` };
  return { state: "lived", note: "every test passed" };
}
