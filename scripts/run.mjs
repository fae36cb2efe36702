import { spawn } from "node:child_process";
import { constants } from "node:os";
import { environment, root } from "./workspace.mjs";

const stopSignals = /** @type {const} */ (["SIGINT", "SIGTERM"]);

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
/** @type {NodeJS.Signals | undefined} */
let stopping;

/**
 * Runs a command of the workspace, by default from its root, and resolves when it has ended; never rejects.
 * With `live` its output goes to the terminal, else it is collected (both streams, in order of arrival).
 * A signal that stops this process stops the command first.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ live?: boolean, cwd?: string, env?: Record<string, string | undefined> }} [options]
 * @returns {Promise<{ ok: boolean, code: number, output: string }>}
 */
export function run(command, args, { live = false, cwd = root, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...environment, ...env },
      stdio: live ? "inherit" : ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32",
    });
    begun(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (chunk) => {
        output += chunk;
      });
    }
    child.on("error", (cause) => {
      output += `cannot run ${command}: ${cause.message}\n`;
    });
    child.on("close", (code, signal) => {
      ended(child);
      if (signal) output += `${command} was ended by ${signal}\n`;
      resolve({ ok: code === 0, code: code ?? 1, output });
    });
  });
}

/** @param {import("node:child_process").ChildProcess} child */
function begun(child) {
  if (running.size === 0) for (const signal of stopSignals) process.on(signal, stop);
  running.add(child);
}

/** @param {import("node:child_process").ChildProcess} child */
function ended(child) {
  running.delete(child);
  if (running.size > 0) return;
  if (stopping) process.exit(128 + constants.signals[stopping]);
  for (const signal of stopSignals) process.off(signal, stop);
}

/** @param {NodeJS.Signals} signal */
function stop(signal) {
  stopping = signal;
  for (const child of running) child.kill(signal);
}
