import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** True while a process with that id runs. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It may not be ours to signal, and runs all the same.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * When a process began, in the system's own words: tells it from another that was given the same id later, also
 * after a restart of the machine. Undefined where the system does not say.
 */
export function birthOf(pid: number): string | undefined {
  try {
    return process.platform === "linux" ? birthOnLinux(pid) : birthByPs(pid);
  } catch {
    // Gone meanwhile, or no such means here: the caller then goes by the process id alone.
    return undefined;
  }
}

function birthOnLinux(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name before it may hold spaces and brackets; `starttime` is the 20th field behind its last bracket.
  const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return ticks && `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${ticks}`;
}

function birthByPs(pid: number): string | undefined {
  if (process.platform === "win32") return undefined;
  const started = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { env: { LC_ALL: "C", TZ: "UTC" } });
  return started.toString().trim() || undefined;
}
