import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { install } from "./install.mjs";
import { run } from "./run.mjs";
import { runSteps, steps } from "./steps.mjs";
import { withServicesRequired } from "./test-count.mjs";

const { failedSteps, tests } = await checkAndTest();
const { failed, skipped } = process.env.DIALOGUE_REQUIRE_SERVICES === "1" ? withServicesRequired(tests) : tests;

if (skipped.length > 0) console.log("\nskipped:");
for (const { name, reason } of skipped) console.log(`  ${name}: ${reason || "no reason given"}`);
if (failed.length > 0) console.log("\nfailed tests:");
for (const name of failed) console.log(`  ${name}`);
if (failedSteps.length > 0) console.log(`\nfailed beside the tests: ${failedSteps.join(", ")}`);
console.log(`\n${tests.passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
process.exitCode = failed.length + failedSteps.length > 0 ? 1 : 0;

async function checkAndTest() {
  if (!(await install()))
    return { failedSteps: ["install"], tests: notRun("the tests did not run: nothing is installed") };
  console.log("building and checking…");
  const early = await Promise.all([runSteps([steps.lint]), runSteps([steps.build])]);
  console.log("testing…");
  const [tests, late] = await Promise.all([
    runTests(),
    runSteps([steps.types, steps.unused, steps.manifests, steps.size, steps.published]),
  ]);
  return { failedSteps: [...early.flat(), ...late], tests };
}

/** Runs vitest over all packages. @returns {Promise<import("./test-count.mjs").TestCount>} */
async function runTests() {
  const folder = mkdtempSync(join(tmpdir(), "dialogue-tests-"));
  const file = join(folder, "count.json");
  const { ok, code } = await run("vitest", ["run"], { live: true, env: { DIALOGUE_TEST_COUNT: file } });
  const tests = readCount(file) ?? notRun(`vitest ended with code ${code} and without a count`);
  rmSync(folder, { recursive: true });
  if (ok || tests.failed.length > 0) return tests;
  return { ...tests, failed: [`vitest ended with code ${code} although no test failed`] };
}

/** @param {string} file @returns {import("./test-count.mjs").TestCount | undefined} */
function readCount(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    console.error(`cannot read the count of the tests: ${cause instanceof Error ? cause.message : cause}`);
    return undefined;
  }
}

/** @param {string} why @returns {import("./test-count.mjs").TestCount} */
function notRun(why) {
  return { passed: 0, failed: [why], skipped: [] };
}
