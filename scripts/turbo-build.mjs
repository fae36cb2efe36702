import { run } from "./run.mjs";

/**
 * Builds what is stale: the named packages and all they need, or everything.
 * @param {readonly string[]} [names]
 */
export function build(names = []) {
  const filters = names.map((name) => `--filter=${name}`);
  return run("turbo", [
    "run",
    "build",
    "--output-logs=errors-only",
    "--log-order=grouped",
    "--continue=dependencies-successful",
    ...filters,
  ]);
}
