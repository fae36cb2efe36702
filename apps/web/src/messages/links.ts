/** A piece of a text: plain, or an address that can be opened. */
export interface Piece {
  readonly text: string;
  readonly href?: string;
}

const address = /\b(?:https?:\/\/|mailto:)[^\s<>"]+/gi;
const schemes = new Set(["http:", "https:", "mailto:"]);

/** The text with its addresses apart; only of schemes that cannot run anything in the page. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(address)) {
    const shown = withoutClosing(found);
    if (!isSafe(shown)) continue;
    if (index > from) pieces.push({ text: text.slice(from, index) });
    pieces.push({ text: shown, href: shown });
    from = index + shown.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

/** Without the marks of the sentence around it; a bracket that was opened within stays. */
function withoutClosing(found: string): string {
  const last = found.at(-1) ?? "";
  const isBracket = last === ")" && !found.slice(0, -1).includes("(");
  return isBracket || /[.,;:!?'\]}*_]/.test(last) ? withoutClosing(found.slice(0, -1)) : found;
}

function isSafe(text: string): boolean {
  return URL.canParse(text) && schemes.has(new URL(text).protocol);
}
