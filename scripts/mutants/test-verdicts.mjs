import { writeFileSync } from "node:fs";

/** @typedef {"asserted" | "timed out" | "broken"} Why */

/**
 * What became of one test. `why` says how it failed: "asserted" where it found the product at fault, "timed out", or
 * "broken" where something was thrown that no test is about.
 * @typedef {{ file: string, name: string, state: string, why?: Why, message?: string }} TestVerdict
 */

/** What became of a run: of its tests, and what went wrong beside them. @typedef {{ tests: TestVerdict[], broken: string[] }} RunVerdict */

/**
 * A vitest reporter that leaves in a file what became of each test.
 * @param {string} file
 * @returns {import("vitest/reporters").Reporter}
 */
export function testVerdicts(file) {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
      const errors = [...suites.flatMap((suite) => suite.errors()), ...unhandledErrors];
      /** @type {RunVerdict} */
      const verdict = {
        tests: modules.flatMap((module) => [...module.children.allTests()]).map(verdictOf),
        broken: errors.map(({ message }) => firstLine(message)),
      };
      writeFileSync(file, JSON.stringify(verdict));
    },
  };
}

/** @param {import("vitest/node").TestCase} test @returns {TestVerdict} */
function verdictOf(test) {
  const { state, errors = [] } = test.result();
  // As the filter of names has it: without marks between the suites.
  const known = { file: test.module.relativeModuleId, name: test.fullName.replaceAll(" > ", " "), state };
  if (state === "passed" || state === "skipped") return known;
  const [error] = errors;
  return { ...known, state: "failed", why: whyOf(errors), message: firstLine(error?.message ?? "it did not end") };
}

/** @param {readonly import("vitest").TestError[]} errors @returns {Why} */
function whyOf(errors) {
  if (errors.length === 0 || errors.some(({ message }) => /^(Test|Hook) timed out in /.test(message)))
    return "timed out";
  return errors.every(isAssertion) ? "asserted" : "broken";
}

/**
 * A typed refusal that the test did not expect is the product's answer, as much as a wrong value is.
 * @param {import("vitest").TestError} error
 * @returns {boolean}
 */
function isAssertion({ name, cause }) {
  return name === "AssertionError" || name === "DialogueError" || (cause !== undefined && isAssertion(cause));
}

/** @param {string} text */
function firstLine(text) {
  return text.split("\n", 1)[0]?.slice(0, 160) ?? "";
}
