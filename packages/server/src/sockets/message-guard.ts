const reserved: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** Why an input cannot be handed on, before anybody looks into it; undefined when it can. Levels of `depth`, no reserved keys. */
export function whyRefused(value: unknown, depth: number): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (depth <= 0) return "it nests too deep";
  const isList = Array.isArray(value);
  for (const [key, inner] of Object.entries(value)) {
    if (!isList && reserved.has(key)) return "a key is reserved";
    const why = whyRefused(inner, depth - 1);
    if (why !== undefined) return why;
  }
  return undefined;
}
