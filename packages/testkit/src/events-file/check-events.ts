import { readFile, writeFile } from "node:fs/promises";
import { DialogueError } from "@dialogue/events";
import { type Change, changesBetween } from "./changes.ts";
import { type EventsRecord, recordEvents } from "./record.ts";

/** What `checkEvents` is told beside the events. */
export interface CheckOptions {
  /** Where the record is kept; to be committed. */
  readonly file: string | URL;
  /** Only judges, and takes a record that is not up to date for a mistake. Default: in CI. */
  readonly isFrozen?: boolean;
}

/**
 * Judges the events among `sources` by the record in the file, and brings that up to date. Rejects with INVALID_REQUEST when a
 * change is breaking, or the file would have to be written and must not be. To take a breaking change all the same, take the
 * event out of the file. Answers what has changed.
 */
export async function checkEvents(
  { file, isFrozen = isCi() }: CheckOptions,
  ...sources: readonly unknown[]
): Promise<readonly Change[]> {
  const now = recordEvents(...sources);
  if (Object.keys(now).length === 0) throw refusal(file, "no event is defined there");
  const kept = await read(file);
  const changes = kept ? changesBetween(kept, now) : [];
  if (changes.some(({ kind }) => kind === "breaking")) throw refusal(file, describeChanges(changes));
  const text = `${JSON.stringify(now, undefined, 2)}\n`;
  if (kept && JSON.stringify(kept) === JSON.stringify(now)) return changes;
  if (isFrozen)
    throw refusal(file, "the file is not up to date; run this where CI is not set, and commit what it writes");
  await writeFile(file, text);
  return changes;
}

/** The changes as lines to read. */
export function describeChanges(changes: readonly Change[]): string {
  return changes
    .map(({ event, kind, what, remedy }) => {
      const line = `  ${kind.padEnd(8)}  ${event}: ${what}`;
      return remedy ? `${line}\n            ${remedy}` : line;
    })
    .join("\n");
}

async function read(file: string | URL): Promise<EventsRecord | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const kept: unknown = JSON.parse(text);
    return kept as EventsRecord; // what this function's own file holds
  } catch (cause) {
    throw new DialogueError("INVALID_REQUEST", `cannot read ${String(file)}: it is not JSON`, { cause });
  }
}

function refusal(file: string | URL, why: string): DialogueError {
  return new DialogueError("INVALID_REQUEST", `cannot take the events for those of ${String(file)}:\n${why}`);
}

function isCi(): boolean {
  const { CI = "" } = process.env;
  return CI !== "" && CI !== "false" && CI !== "0";
}
