import { spawn } from "node:child_process";
import { environment, root } from "./workspace.mjs";

/**
 * Runs a command of the workspace from its root and resolves when it has ended; never rejects.
 * With `live` its output goes to the terminal, else it is collected (both streams, in order of arrival).
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ live?: boolean, env?: Record<string, string | undefined> }} [options]
 * @returns {Promise<{ ok: boolean, code: number, output: string }>}
 */
export function run(command, args, { live = false, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...environment, ...env },
      stdio: live ? "inherit" : ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32",
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (chunk) => {
        output += chunk;
      });
    }
    child.on("error", (cause) => resolve({ ok: false, code: 1, output: `cannot run ${command}: ${cause.message}\n` }));
    child.on("close", (code, signal) => {
      if (signal) output += `${command} was ended by ${signal}\n`;
      resolve({ ok: code === 0, code: code ?? 1, output });
    });
  });
}
