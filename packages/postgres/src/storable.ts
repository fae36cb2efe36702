import { DialogueError } from "@dialogue/events";

/** Throws INVALID_REQUEST for a value whose text PostgreSQL refuses (NUL) or would change (lone surrogates). */
export function assertStorable(doing: string, value: unknown): void {
  if (unstorableJson.test(JSON.stringify(value))) throw unstorable(doing);
}

/** The same for texts, without making JSON of them. */
export function assertStorableTexts(doing: string, texts: readonly string[]): void {
  if (texts.some((text) => unstorableText.test(text))) throw unstorable(doing);
}

// As JSON.stringify writes them; a backslash of the text itself is doubled and does not match.
const unstorableJson = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89ab]|d[c-f])/;

/** A pair of surrogates is one character to it, and no surrogate. */
const unstorableText = /\0|\p{Surrogate}/u;

function unstorable(doing: string): DialogueError {
  return new DialogueError("INVALID_REQUEST", `cannot ${doing}: it holds text that the database cannot store`);
}
