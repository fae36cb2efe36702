import { randomBytes } from "node:crypto";
import { access, constants, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DialogueError } from "@dialogue/events";

/** Makes the folder where it is missing. Throws UNAVAILABLE when it cannot be made or written. */
export async function openDataFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new DialogueError("UNAVAILABLE", `cannot use data folder ${folder}: ${reasonOf(cause)}`, { cause });
  }
}

/** The secret kept in the folder, made on the first call, so that tokens outlive a restart. Only its owner can read the file. */
export async function keptSecret(folder: string): Promise<string> {
  const file = join(folder, "secret");
  const draft = join(folder, `secret.${randomBytes(8).toString("hex")}`);
  try {
    await writeFile(draft, randomBytes(32).toString("hex"), { mode: 0o600 });
    // A link appears whole or not at all, and never in the place of one that is there.
    await link(draft, file);
  } catch (cause) {
    if (codeOf(cause) !== "EEXIST")
      throw new DialogueError("UNAVAILABLE", `cannot keep a secret in ${folder}: ${reasonOf(cause)}`, { cause });
  } finally {
    await rm(draft, { force: true });
  }
  const secret = (await readFile(file, "utf8")).trim();
  if (secret.length < 32)
    throw new DialogueError("INVALID_REQUEST", `cannot use ${file}: it holds fewer than 32 characters`);
  return secret;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "it is not writable",
  EPERM: "it is not writable",
  EROFS: "it is on a read-only file system",
  ENOTDIR: "a part of its path is a file",
  EEXIST: "it is a file",
  ENOSPC: "the disk is full",
};

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return reasons[code] ?? code;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "it failed";
}
