import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { environment } from "../workspace.mjs";

/** @typedef {import("./mutant.mjs").Catcher} Catcher */
/** @typedef {import("./test-verdicts.mjs").RunVerdict} RunVerdict */
/** @typedef {import("./test-verdicts.mjs").TestVerdict} TestVerdict */

/** A test that hangs under a fault is ended by this; none of those that are named takes as long without one. */
const testMs = 60_000;
/** A fault may keep the event loop itself busy, where no test's time-out is heard. */
const trialMs = 300_000;

/** @type {Set<number>} */
const groups = new Set();
process.once("exit", endAll);
for (const [signal, code] of /** @type {const} */ ([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
]))
  process.once(signal, () => process.exit(code));

/**
 * Runs the named tests from the sources in a folder. Resolves to what became of them, or to why nothing is known.
 * @param {string} folder
 * @param {readonly Catcher[]} catchers
 * @returns {Promise<RunVerdict | string>}
 */
export async function trial(folder, catchers) {
  const file = join(folder, "verdicts.json");
  rmSync(file, { force: true });
  const files = [...new Set(catchers.map((each) => each.file))];
  const names = catchers.map(({ test }) => escaped(test)).join("|");
  const vitest = join(folder, "node_modules", "vitest", "vitest.mjs");
  const args = [vitest, "run", ...files, `--testNamePattern=${names}`, `--testTimeout=${testMs}`, "--no-color"];
  const { output, isLate } = await ended(args, {
    cwd: folder,
    env: { ...cleanEnvironment(), DIALOGUE_TEST_VERDICTS: file },
  });
  if (isLate) return `did not end within ${trialMs / 1000} s`;
  if (!existsSync(file)) return `ended without a verdict: ${output.trim().slice(-2_000)}`;
  return JSON.parse(readFileSync(file, "utf8"));
}

/** The tests that a catcher names. @param {RunVerdict} run @param {Catcher} catcher @returns {TestVerdict[]} */
export function named({ tests }, { file, test }) {
  return tests.filter((each) => each.file === file && each.name.includes(test));
}

/**
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ output: string, isLate: boolean }>}
 */
function ended(args, options) {
  return new Promise((resolve) => {
    // A group of its own: with vitest go its workers, also one that hears nothing any more.
    const child = spawn(process.execPath, args, { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const group = child.pid;
    if (group !== undefined) groups.add(group);
    let output = "";
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      if (group !== undefined) end(group);
    }, trialMs);
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (chunk) => {
        output += chunk;
      });
    child.on("error", (cause) => {
      output += `cannot run vitest: ${cause.message}`;
    });
    child.on("close", () => {
      clearTimeout(timer);
      if (group !== undefined) end(group);
      resolve({ output, isLate });
    });
  });
}

/** @param {number} group */
function end(group) {
  groups.delete(group);
  try {
    process.kill(-group, "SIGKILL");
  } catch (error) {
    // Nobody of it is left.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function endAll() {
  for (const group of groups) end(group);
}

/** Without what an outer vitest has set for its own workers. */
function cleanEnvironment() {
  const foreign = /^(VITEST|DIALOGUE_TEST_)|^(TEST|NODE_ENV|NODE_OPTIONS|DEV|PROD|SSR|MODE|BASE_URL)$/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !foreign.test(name)));
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
