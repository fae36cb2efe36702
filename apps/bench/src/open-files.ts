import { spawnSync } from "node:child_process";

/** What a process has open beside its sockets. */
const others = 200;

// Node raises its own limit as far as it may, and what it starts inherits that. Not a number where there is none.
const { stdout } = spawnSync("sh", ["-c", "ulimit -n"], { encoding: "utf8" });
const limit = Number.parseInt(stdout ?? "", 10);

/** A scenario's lack where so many sockets cannot be opened in a process. */
export function lackOfFiles(sockets: number): { readonly lacks?: string } {
  const needed = sockets + others;
  if (!(needed > limit)) return {};
  return { lacks: `needs ${needed} open files in a process, and this machine allows ${limit} (ulimit -n)` };
}
