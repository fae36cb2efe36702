import * as fc from "fast-check";
import * as z from "zod";

/** A schema in a form that can be changed a little: what it takes, what stands in the log of it, and values to try. */
export type Recipe =
  | {
      readonly kind: "string";
      readonly min?: number;
      readonly max?: number;
      readonly how?: "trim" | "letters" | "caseless";
    }
  | {
      readonly kind: "number";
      readonly min?: number;
      readonly above?: number;
      readonly max?: number;
      readonly isInt?: boolean;
    }
  | { readonly kind: "coerced" | "boolean" | "null" | "date" | "anything" | "length" }
  | { readonly kind: "choice"; readonly values: readonly string[] }
  | {
      readonly kind: "nullable" | "array" | "record" | "catch" | "refined";
      readonly inner: Recipe;
      readonly max?: number;
    }
  | { readonly kind: "pair"; readonly parts: readonly Recipe[] }
  | { readonly kind: "union"; readonly parts: readonly Recipe[] }
  | { readonly kind: "tagged"; readonly parts: Readonly<Record<string, Recipe>> }
  | {
      readonly kind: "object";
      readonly keys: Readonly<Record<string, Key>>;
      readonly mode: "strip" | "strict" | "loose";
    };

/** One property of an object. */
export interface Key {
  readonly recipe: Recipe;
  readonly presence: "required" | "optional" | "default";
}

type Form = "given" | "stored";

/** The schema; `stored` is what its wire form is: nothing is filled in, changed or made of anything else. */
export function schemaOf(recipe: Recipe, form: Form = "given"): z.ZodType {
  switch (recipe.kind) {
    case "string":
      return stringOf(recipe, form);
    case "number":
      return numberOf(recipe);
    case "coerced":
      return form === "given" ? z.coerce.number() : z.number();
    case "boolean":
      return z.boolean();
    case "null":
      return z.null();
    case "date":
      return form === "given" ? z.coerce.date() : z.iso.datetime();
    case "anything":
      return z.unknown();
    case "length":
      return form === "given" ? z.string().transform((text) => text.length) : z.number();
    case "choice":
      return z.enum(recipe.values as [string, ...string[]]);
    case "nullable":
      return z.nullable(schemaOf(recipe.inner, form));
    case "array":
      return z.array(schemaOf(recipe.inner, form)).max(recipe.max ?? 9);
    case "record":
      return z.record(z.string(), schemaOf(recipe.inner, form));
    case "catch":
      return orNull(schemaOf(recipe.inner, form), (inner) => (form === "given" ? z.catch(inner, null) : inner));
    case "refined":
      return schemaOf(recipe.inner, form).refine((value) => JSON.stringify(value)?.length !== 3);
    case "pair":
      return z.tuple(recipe.parts.map((part) => schemaOf(part, form)) as [z.ZodType, z.ZodType]);
    case "union":
      return z.union(recipe.parts.map((part) => schemaOf(part, form)));
    case "tagged":
      return z.discriminatedUnion("tag", taggedOf(recipe.parts, form) as [z.ZodObject, z.ZodObject]);
    case "object":
      return objectOf(recipe, form);
  }
}

/** A value to fall back on is one of the schema's own. */
function orNull(inner: z.ZodType, make: (schema: z.ZodNullable<z.ZodType>) => z.ZodType): z.ZodType {
  return make(z.nullable(inner));
}

function stringOf({ min = 0, max = 99, how }: Extract<Recipe, { kind: "string" }>, form: Form): z.ZodType {
  if (how === "trim") return form === "given" ? z.string().trim().min(min).max(max) : z.string().min(min).max(max);
  const bounded = z.string().min(min).max(max);
  if (how === "letters") return bounded.regex(/^[a-c]*$/);
  return how === "caseless" ? bounded.regex(/^[a-c]*$/i) : bounded;
}

function numberOf({ min = -99, above, max = 99, isInt }: Extract<Recipe, { kind: "number" }>): z.ZodType {
  const base = (isInt ? z.int() : z.number()).max(max);
  return above === undefined ? base.min(min) : base.gt(above);
}

function taggedOf(parts: Readonly<Record<string, Recipe>>, form: Form): z.ZodType[] {
  return Object.entries(parts).map(([tag, part]) => z.object({ tag: z.literal(tag), of: schemaOf(part, form) }));
}

function objectOf({ keys, mode }: Extract<Recipe, { kind: "object" }>, form: Form): z.ZodType {
  const shape = Object.fromEntries(
    Object.entries(keys).map(([key, { recipe, presence }]) => {
      const inner = schemaOf(recipe, form);
      if (presence === "optional") return [key, inner.optional()];
      if (presence === "required") return [key, inner];
      return [key, orNull(inner, (one) => (form === "given" ? one.default(null) : one))];
    }),
  );
  if (mode === "loose") return z.looseObject(shape);
  return mode === "strict" ? z.strictObject(shape) : z.object(shape);
}

const someText = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom("", " ", "a", "ab", "ABC", "abc ", "5", "x"));
const someNumber = fc.oneof(fc.integer({ min: -6, max: 12 }), fc.double({ min: -6, max: 12, noNaN: true }));
const someJson = fc.oneof(
  someText,
  someNumber,
  fc.boolean(),
  fc.constant(null),
  fc.constant([]),
  fc.constant({ a: 1 }),
);

/** Values of which most are accepted. */
export function valuesOf(recipe: Recipe): fc.Arbitrary<unknown> {
  switch (recipe.kind) {
    case "string":
    case "length":
      return someText;
    case "number":
      return someNumber;
    case "coerced":
      return fc.oneof(someNumber, fc.constantFrom("5", "", null, true));
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "date":
      return fc.constantFrom("2026-01-02T03:04:05.000Z", 5, "2026-01-02");
    case "anything":
      return someJson;
    case "choice":
      return fc.constantFrom(...recipe.values);
    case "nullable":
      return fc.oneof(fc.constant(null), valuesOf(recipe.inner));
    case "catch":
      return fc.oneof(someJson, valuesOf(recipe.inner));
    case "refined":
      return valuesOf(recipe.inner);
    case "array":
      return fc.array(valuesOf(recipe.inner), { maxLength: 5 });
    case "record":
      return fc.dictionary(fc.constantFrom("a", "b", "z"), valuesOf(recipe.inner));
    case "pair":
      return fc.tuple(...recipe.parts.map(valuesOf));
    case "union":
      return fc.oneof(...recipe.parts.map(valuesOf));
    case "tagged":
      return fc.oneof(...Object.entries(recipe.parts).map(([tag, part]) => valuesOf(part).map((of) => ({ tag, of }))));
    case "object":
      return objectValues(recipe);
  }
}

function objectValues({ keys, mode }: Extract<Recipe, { kind: "object" }>): fc.Arbitrary<unknown> {
  const model = Object.fromEntries(Object.entries(keys).map(([key, { recipe }]) => [key, valuesOf(recipe)]));
  const required = Object.keys(keys).filter((key) => keys[key]?.presence === "required");
  const own = fc.record(model, { requiredKeys: required });
  // What nobody declared, only an object that keeps it is sent.
  if (mode !== "loose") return own;
  return fc
    .tuple(own, fc.dictionary(fc.constantFrom("b", "c", "y"), someJson))
    .map(([value, more]) => ({ ...more, ...value }));
}

const bound = fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined });
const keyNames = ["a", "b", "c"];

/** Any recipe, not too deep. */
export const recipes: fc.Arbitrary<Recipe> = fc.letrec<{ any: Recipe; leaf: Recipe }>((tie) => {
  const inner = tie("any");
  const parts = fc.array(inner, { minLength: 2, maxLength: 2 });
  return {
    leaf: fc.oneof(
      fc
        .record({ min: bound, max: bound, how: fc.constantFrom(undefined, undefined, "trim", "letters", "caseless") })
        .map((options): Recipe => given({ kind: "string" as const, ...options })),
      fc
        .record({ min: bound, above: bound, max: bound, isInt: fc.boolean() })
        .map((options): Recipe => given({ kind: "number" as const, ...options })),
      fc.constantFrom("coerced", "boolean", "null", "date", "anything", "length").map((kind): Recipe => ({ kind })),
      fc
        .uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 1 })
        .map((values): Recipe => ({ kind: "choice", values })),
    ),
    any: fc.oneof(
      { maxDepth: 2, depthSize: "small" },
      tie("leaf"),
      fc
        .constantFrom("nullable", "array", "record", "catch", "refined")
        .chain((kind) => inner.map((one): Recipe => ({ kind, inner: one }))),
      parts.map((list): Recipe => ({ kind: "pair", parts: list })),
      parts.map((list): Recipe => ({ kind: "union", parts: list })),
      fc
        .dictionary(fc.constantFrom("k", "l", "m"), inner, { minKeys: 2 })
        .map((of): Recipe => ({ kind: "tagged", parts: of })),
      objects(inner),
      objects(inner),
    ),
  };
}).any;

function objects(inner: fc.Arbitrary<Recipe>): fc.Arbitrary<Recipe> {
  const key = fc.record({ recipe: inner, presence: fc.constantFrom("required", "optional", "default") });
  const keys = fc.dictionary(fc.constantFrom(...keyNames), key, { minKeys: 1 });
  return fc.record({ kind: fc.constant("object"), keys, mode: fc.constantFrom("strip", "strip", "strict", "loose") });
}

function given<T extends object>(options: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}

/** The recipe with one change somewhere, or none. `pick` is uniform in [0, 1). */
export function changed(recipe: Recipe, other: Recipe, pick: () => number): Recipe {
  if (pick() < 0.12) return other;
  const one = <T>(list: readonly T[]): T => list[Math.floor(pick() * list.length)] as T;
  switch (recipe.kind) {
    case "string":
    case "number":
      return { ...recipe, ...one([{ min: one([0, 1, 2, 5]) }, { max: one([1, 3, 5, 9]) }, {}]) };
    case "choice":
      return { ...recipe, values: one([[...new Set([...recipe.values, "e"])], recipe.values.slice(0, 1)]) };
    case "nullable":
    case "catch":
    case "refined":
      return pick() < 0.4 ? recipe.inner : { ...recipe, inner: changed(recipe.inner, other, pick) };
    case "array":
      return pick() < 0.4
        ? { ...recipe, max: one([1, 3, 9]) }
        : { ...recipe, inner: changed(recipe.inner, other, pick) };
    case "record":
      return { ...recipe, inner: changed(recipe.inner, other, pick) };
    case "pair":
    case "union":
      return { ...recipe, parts: recipe.parts.map((part) => (pick() < 0.5 ? changed(part, other, pick) : part)) };
    case "tagged":
      return { ...recipe, parts: { ...recipe.parts, [one(["k", "n"])]: other } };
    case "object":
      return changedObject(recipe, other, pick);
    default:
      return one<Recipe>([
        recipe,
        { kind: "nullable", inner: recipe },
        { kind: "refined", inner: recipe },
        { kind: "union", parts: [recipe, other] },
      ]);
  }
}

function changedObject(recipe: Extract<Recipe, { kind: "object" }>, other: Recipe, pick: () => number): Recipe {
  const name = keyNames[Math.floor(pick() * keyNames.length)] ?? "a";
  const { [name]: key, ...rest } = recipe.keys;
  const presence = (["required", "optional", "default"] as const)[Math.floor(pick() * 3)] ?? "optional";
  if (!key) return { ...recipe, keys: { ...recipe.keys, [name]: { recipe: other, presence } } };
  if (pick() < 0.2 && Object.keys(rest).length > 0) return { ...recipe, keys: rest };
  if (pick() < 0.2)
    return { ...recipe, mode: (["strip", "strict", "loose"] as const)[Math.floor(pick() * 3)] ?? "strip" };
  if (pick() < 0.4) return { ...recipe, keys: { ...recipe.keys, [name]: { ...key, presence } } };
  return { ...recipe, keys: { ...recipe.keys, [name]: { ...key, recipe: changed(key.recipe, other, pick) } } };
}
