import type { JsonSchema } from "./json-schema.ts";
import { valuesOf } from "./keywords.ts";

const least = ["minimum", "exclusiveMinimum"];
const most = ["maximum", "exclusiveMaximum"];
const bounds = [
  { keyword: "minLength", beyond: ["minLength"], why: "may be shorter than" },
  { keyword: "maxLength", beyond: ["maxLength"], why: "may be longer than" },
  { keyword: "minItems", beyond: ["minItems"], why: "may have fewer items than" },
  { keyword: "maxItems", beyond: ["maxItems"], why: "may have more items than" },
  { keyword: "minimum", beyond: least, why: "may be less than" },
  { keyword: "maximum", beyond: most, why: "may be greater than" },
  { keyword: "exclusiveMinimum", beyond: least, why: "may be as little as" },
  { keyword: "exclusiveMaximum", beyond: most, why: "may be as much as" },
] as const;

/** The bounds that `b` asks for and `a` does not keep. */
export function compareBounds(a: JsonSchema, b: JsonSchema, path: string): readonly string[] {
  return bounds.flatMap(({ keyword, beyond, why }) => {
    const asked = b[keyword];
    if (typeof asked !== "number") return [];
    return numbersIn(a, beyond).some(([own, isStrict]) => keeps(keyword, { own, isStrict, asked }))
      ? []
      : [`${path} ${why} ${asked}`];
  });
}

/** The bounds of the schema that bear on the one asked for, and whether each leaves out its own value. */
function numbersIn(schema: JsonSchema, keywords: readonly string[]): readonly (readonly [number, boolean])[] {
  return keywords.flatMap((keyword) => {
    const own = schema[keyword];
    return typeof own === "number" ? [[own, keyword.startsWith("exclusive")] as const] : [];
  });
}

function keeps(keyword: string, { own, isStrict, asked }: { own: number; isStrict: boolean; asked: number }): boolean {
  const isEnough = isStrict || !keyword.startsWith("exclusive");
  const distance = /^(min|exclusiveMin)/.test(keyword) ? own - asked : asked - own;
  return isEnough ? distance >= 0 : distance > 0;
}

/** With the type and the bounds that the values it names keep by themselves. */
export function withImplied(schema: JsonSchema): JsonSchema {
  const values = valuesOf(schema);
  if (!values || values.length === 0) return schema;
  const types = [...new Set(values.map((value) => (value === null ? "null" : typeof value)))];
  const typed = types.length === 1 && types[0] ? { type: types[0], ...schema } : schema;
  const lengths = values.flatMap((value) => (typeof value === "string" ? [value.length] : []));
  if (lengths.length === values.length)
    return { ...typed, minLength: Math.min(...lengths), maxLength: Math.max(...lengths) };
  const numbers = values.flatMap((value) => (typeof value === "number" ? [value] : []));
  if (numbers.length !== values.length) return typed;
  return { ...typed, minimum: Math.min(...numbers), maximum: Math.max(...numbers) };
}
