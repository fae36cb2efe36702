import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, type TestContext } from "vitest";

/** A disk of a few megabytes. */
export interface SmallDisk {
  readonly folder: string;
  /** From now on nothing can be written to it. */
  makeReadOnly(): void;
}

/** Mounts one, gone after the test. Skips the test where that is not allowed. */
export function mountSmallDisk(megabytes: number, skip: TestContext["skip"]): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), "dialogue-disk-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    mount("-t", "tmpfs", "-o", `size=${megabytes}m,mode=777`, "tmpfs", folder);
  } catch {
    remove();
    return skip("a small disk cannot be mounted here: that takes root on Linux");
  }
  onTestFinished(() => {
    // Lazily, for a process that is ending may still hold a file.
    execFileSync("umount", ["-l", folder]);
    remove();
  });
  return { folder, makeReadOnly: () => mount("-o", "remount,ro", folder) };
}

function mount(...args: readonly string[]): void {
  execFileSync("mount", args, { stdio: "ignore" });
}
