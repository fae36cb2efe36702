/** The grounds of avatars: white letters on each have a contrast of 4.5 : 1 or more. */
export const avatarGrounds = [
  "#4f46d8",
  "#0f766e",
  "#b4235a",
  "#c2410c",
  "#1d4ed8",
  "#7e22ce",
  "#15803d",
  "#a21caf",
  "#0e7490",
  "#b91c1c",
  "#4d7c0f",
  "#0369a1",
] as const;

/** How a person without a picture looks: the same for everyone, from the name alone. */
export function avatarLook(name: string): { readonly ground: string; readonly initials: string } {
  // FNV-1a, folded: names that begin or end alike look different.
  let hash = 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  hash = (hash ^ (hash >>> 15)) >>> 0;
  return { ground: avatarGrounds[hash % avatarGrounds.length] ?? avatarGrounds[0], initials: initialsOf(name) };
}

/** The first signs of the first and the last word. */
function initialsOf(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  const [first] = words;
  const last = words.length > 1 ? words.at(-1) : undefined;
  return (signOf(first ?? name) + signOf(last ?? "")).toUpperCase();
}

function signOf(word: string): string {
  return [...word][0] ?? "";
}
