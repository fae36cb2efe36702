import { writeFileSync } from "node:fs";

/**
 * @typedef {{ passed: number, failed: readonly string[], skipped: readonly { name: string, reason: string }[] }} TestCount
 */

/**
 * A vitest reporter that leaves the count of a run in a file, for `npm test` to end with. What kept tests from
 * running (a file that does not load, a hook or a promise that failed) counts as a failure of its own.
 * @param {string} file
 * @returns {import("vitest/reporters").Reporter}
 */
export function testCount(file) {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      writeFileSync(file, JSON.stringify(count(modules, unhandledErrors)));
    },
  };
}

/**
 * The count where every service must be there: a test that was skipped for want of one has failed. Its reason begins
 * with "needs", or it gave none.
 * @param {TestCount} count
 * @returns {TestCount}
 */
export function withServicesRequired({ passed, failed, skipped }) {
  const missing = skipped.filter(({ reason }) => reason === "" || reason.startsWith("needs"));
  const names = missing.map(({ name, reason }) => `${name} (skipped: ${reason || "no reason given"})`);
  return { passed, failed: [...failed, ...names], skipped: skipped.filter((test) => !missing.includes(test)) };
}

/**
 * @param {readonly import("vitest/node").TestModule[]} modules
 * @param {readonly unknown[]} unhandledErrors
 * @returns {TestCount}
 */
function count(modules, unhandledErrors) {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
  const broken = suites.filter((suite) => suite.errors().length > 0);
  return {
    passed: tests.filter((test) => test.result().state === "passed").length,
    failed: [
      ...tests.filter((test) => ["failed", "pending"].includes(test.result().state)).map(nameOf),
      ...broken.map((suite) => (suite.type === "module" ? suite.relativeModuleId : nameOf(suite))),
      ...unhandledErrors.map(() => "an error outside of every test"),
    ],
    skipped: tests
      .filter((test) => test.result().state === "skipped")
      .map((test) => ({ name: nameOf(test), reason: reasonOf(test) })),
  };
}

/** @param {import("vitest/node").TestCase | import("vitest/node").TestSuite} entity */
function nameOf(entity) {
  return `${entity.module.relativeModuleId} > ${entity.fullName}`;
}

/** @param {import("vitest/node").TestCase} test */
function reasonOf(test) {
  const result = test.result();
  return (result.state === "skipped" && result.note) || "";
}
