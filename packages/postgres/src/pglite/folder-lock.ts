import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DialogueError } from "@dialogue/events";
import { birthOf, isRunning } from "./process-birth.ts";

/** A folder that no other process opens until it is released, or the process that holds it has ended. */
export interface FolderLock {
  /** Safe to call twice. */
  release(): void;
}

interface Holder {
  readonly pid: number;
  readonly birth: string | undefined;
}

const maxTries = 100;

/**
 * Locks a folder against other processes. Rejects with UNAVAILABLE, naming the process that holds it. The lock of
 * a process that was killed is taken over, also when its id was given to another.
 *
 * The lock is a numbered file, and the newest one counts. Who takes over creates the next number, which only one
 * can, before the older file goes: two that find the same dead holder cannot both win.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  for (let tries = 0; tries < maxTries; tries++) {
    const newest = newestIn(folder);
    const holder = newest === 0 ? undefined : await holderOf(pathOf(folder, newest));
    if (holder) {
      throw new DialogueError("UNAVAILABLE", `cannot open the data folder ${folder}: process ${holder.pid} holds it`);
    }
    if (create(folder, newest + 1)) return { release: () => release(folder, newest + 1) };
  }
  throw new DialogueError("UNAVAILABLE", `cannot open the data folder ${folder}: others keep opening it`);
}

function create(folder: string, number: number): boolean {
  const path = pathOf(folder, number);
  const holder: Holder = { pid: process.pid, birth: birthOf(process.pid) };
  try {
    writeFileSync(path, JSON.stringify(holder), { flag: "wx" });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
  // Whoever was slow may have created a number that others have passed.
  if (newestIn(folder) > number) {
    rmSync(path, { force: true });
    return false;
  }
  for (const older of numbersIn(folder)) if (older < number) rmSync(pathOf(folder, older), { force: true });
  return true;
}

// The file stays, empty of a holder, so that the numbers go on from it.
function release(folder: string, number: number): void {
  const path = pathOf(folder, number);
  if (existsSync(path)) writeFileSync(path, "{}");
}

/** The process that holds the lock, if it still runs. */
async function holderOf(path: string): Promise<Holder | undefined> {
  let holder = readHolder(path);
  // Created and not written yet: a moment's matter, unless its process was killed in that moment.
  for (let tries = 0; holder === "unwritten" && tries < 20; tries++) {
    await pause(50);
    holder = readHolder(path);
  }
  if (holder === undefined || holder === "unwritten" || !isRunning(holder.pid)) return undefined;
  const birth = birthOf(holder.pid);
  const isAnother = birth !== undefined && holder.birth !== undefined && birth !== holder.birth;
  return isAnother ? undefined : holder;
}

function readHolder(path: string): Holder | "unwritten" | undefined {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "{}";
  if (!text.endsWith("}")) return "unwritten";
  const { pid, birth }: { pid?: unknown; birth?: unknown } = JSON.parse(text);
  return typeof pid === "number" ? { pid, birth: typeof birth === "string" ? birth : undefined } : undefined;
}

function newestIn(folder: string): number {
  return Math.max(0, ...numbersIn(folder));
}

function numbersIn(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => {
    const match = /^lock\.(\d{1,15})$/.exec(name);
    return match ? [Number(match[1])] : [];
  });
}

function pathOf(folder: string, number: number): string {
  return join(folder, `lock.${number}`);
}
