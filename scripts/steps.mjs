import { run } from "./run.mjs";
import { build } from "./turbo-build.mjs";
import { typecheckAll } from "./typecheck.mjs";

/** @typedef {{ name: string, run: () => Promise<{ ok: boolean, output: string }> }} Step */

/** What is checked beside the tests, in the order in which it is worth knowing. */
export const steps = {
  lint: {
    name: "lint and format",
    run: () =>
      run("biome", ["ci", "--colors=off", "--reporter=concise", "--diagnostic-level=error", "--max-diagnostics=200"]),
  },
  build: { name: "build", run: () => build() },
  types: { name: "types of the tests", run: typecheckAll },
  unused: { name: "unused code (knip)", run: () => run("knip", ["--no-progress", "--no-config-hints"]) },
  manifests: { name: "manifests (sherif)", run: () => run("sherif", ["-r", "packages-without-package-json"]) },
  size: { name: "size of the page (size-limit)", run: () => run("size-limit", []) },
  published: {
    name: "published packages (publint, attw)",
    run: () =>
      run("turbo", [
        "run",
        "check:package",
        "--filter=./packages/*",
        "--output-logs=errors-only",
        "--log-order=grouped",
        "--continue",
      ]),
  },
};

/**
 * Runs steps one after the other, each to its end, with a line for each and the output of those that fail.
 * Resolves to the names of the failed ones.
 * @param {readonly Step[]} sequence
 * @returns {Promise<string[]>}
 */
export async function runSteps(sequence) {
  const failed = [];
  for (const step of sequence) {
    const begun = performance.now();
    const { ok, output } = await step.run();
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    console.log(`${ok ? "ok    " : "FAILED"} ${step.name} (${seconds} s)${ok ? "" : `\n${output.trimEnd()}`}`);
    if (!ok) failed.push(step.name);
  }
  return failed;
}
