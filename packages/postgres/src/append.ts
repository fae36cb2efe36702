import type { Appended } from "@dialogue/core";
import { DialogueError } from "@dialogue/events";
import { appendFresh } from "./append-fresh.ts";
import { appendOrFind } from "./append-or-find.ts";
import type { Database } from "./database.ts";
import { isPoison, isRace } from "./database-error.ts";
import type { Line } from "./line.ts";

/** What became of one line: its answer, or the error that was its own. */
export type Outcome = { readonly appended: Appended } | { readonly error: unknown };

const maxTries = 8;

/**
 * Appends lines of which no two share room and id, in one statement. Answers in their order. Rejects with what touches
 * them all; what concerns a single one is that one's outcome.
 */
export async function appendLines(db: Database, lines: readonly Line[]): Promise<readonly Outcome[]> {
  if (lines.length === 0) return [];
  try {
    return outcomesOf(await appendFresh(db, lines));
  } catch (error) {
    if (isRace(error) || isPoison(error)) return findOrAppend(db, lines, 1);
    throw error;
  }
}

/** The same where some may stand already, or be refused. */
async function findOrAppend(db: Database, lines: readonly Line[], tries: number): Promise<readonly Outcome[]> {
  try {
    return outcomesOf(await appendOrFind(db, lines));
  } catch (error) {
    const [only] = lines.length === 1 ? lines : [];
    if (isPoison(error)) {
      if (only) return [{ error }];
    } else if (!isRace(error)) throw error;
    else if (tries >= maxTries) {
      if (only) return [{ error: lost(only, error) }];
    } else if (tries === 1 || only) {
      // What won the race is there to be looked up now.
      return findOrAppend(db, lines, tries + 1);
    }
  }
  // Halves keep the trouble of one line from the others.
  const middle = lines.length >> 1;
  const first = await findOrAppend(db, lines.slice(0, middle), 1);
  return [...first, ...(await findOrAppend(db, lines.slice(middle), 1))];
}

function outcomesOf(answers: readonly Appended[]): readonly Outcome[] {
  return answers.map((appended) => ({ appended }));
}

function lost({ draft }: Line, cause: unknown): DialogueError {
  const message = `cannot append ${draft.id} to room ${draft.roomId}: others were in the way ${maxTries} times`;
  return new DialogueError("UNAVAILABLE", message, { cause });
}
