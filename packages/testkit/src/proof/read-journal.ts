import { open } from "node:fs/promises";
import type { JournalLine } from "./journal-entry.ts";

/** The lines of a journal, oldest first. Throws for a line that is none, but for a torn last one, which nobody was told of. */
export async function* readJournal(file: string): AsyncIterableIterator<JournalLine> {
  const handle = await open(file);
  let held: string | undefined;
  for await (const line of handle.readLines()) {
    if (held !== undefined) yield lineOf(held, file);
    held = line;
  }
  if (held?.endsWith("}")) yield lineOf(held, file);
}

function lineOf(text: string, file: string): JournalLine {
  try {
    // Written by the journal's own process, from entries that the compiler has checked.
    return JSON.parse(text) as JournalLine;
  } catch (cause) {
    throw new Error(`cannot read the journal ${file}: a line is torn`, { cause });
  }
}
