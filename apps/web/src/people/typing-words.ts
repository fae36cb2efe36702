/** Who types, in words; empty when nobody does. */
export function typingWords(names: readonly string[]): string {
  const [first, second] = names;
  if (first === undefined) return "";
  if (second === undefined) return `${first} is typing…`;
  if (names.length === 2) return `${first} and ${second} are typing…`;
  if (names.length === 3) return `${first}, ${second} and ${names[2]} are typing…`;
  return `${first}, ${second} and ${names.length - 2} others are typing…`;
}
