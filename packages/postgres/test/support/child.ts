import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** A process of its own that runs a script beside this file, on the built package; gone after the test. */
export interface Child {
  readonly process: ChildProcess;
  /** Each line it writes. */
  readonly lines: AsyncIterableIterator<string>;
  readonly ended: Promise<{ readonly code: number | null; readonly complaint: string }>;
}

export function startChild(script: string, ...args: readonly string[]): Child {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ["pipe", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let complaint = "";
  child.stderr.on("data", (chunk) => {
    complaint += String(chunk);
  });
  const ended = new Promise<{ code: number | null; complaint: string }>((resolve) => {
    child.once("close", (code) => resolve({ code, complaint: complaint.trim() }));
  });
  return { process: child, lines: createInterface(child.stdout)[Symbol.asyncIterator](), ended };
}
