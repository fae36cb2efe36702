import { DialogueError } from "@dialogue/events";

/** Throws INVALID_REQUEST for a value whose text PostgreSQL refuses (NUL) or would change (lone surrogates). */
export function assertStorable(doing: string, value: unknown): void {
  if (!unstorable.test(JSON.stringify(value))) return;
  throw new DialogueError("INVALID_REQUEST", `cannot ${doing}: it holds text that the database cannot store`);
}

// As JSON.stringify writes them; a backslash of the text itself is doubled and does not match.
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89ab]|d[c-f])/;
