import type { JsonValue } from "@dialogue/events";
import { compareBounds, withImplied } from "./bounds.ts";
import type { JsonSchema } from "./json-schema.ts";
import {
  count,
  isList,
  isSame,
  namesIn,
  propertiesOf,
  schemaIn,
  schemasIn,
  valuesOf,
  withoutValues,
} from "./keywords.ts";

/** What is done with a key that one side has and the other has not. */
export type SpareKeys = "refused" | "dropped" | "ignored";

/** One schema and the document its references lead into. */
interface Side {
  readonly schema: JsonSchema;
  readonly root: JsonSchema;
}

interface Comparison {
  readonly spareKeys: SpareKeys;
  /** Pairs that are being compared: a schema may hold itself. */
  readonly begun: Set<string>;
}

/** Must be the same where the wider side has them. */
const restricting = ["pattern", "format", "multipleOf", "contentEncoding", "contentMediaType", "allOf", "x-type"];
/** Must be the same on both sides: nobody can see what they do. */
const opaque = ["oneOf", "not", "patternProperties", "x-pipe", "x-order", "x-format"];
const understood = new Set<string>([
  ...["type", "enum", "const", "anyOf", "$ref", "$defs", "properties", "required", "additionalProperties"],
  ...["propertyNames", "items", "prefixItems", "x-catch", "x-coerce", "x-refinements"],
  ...["minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
  ...restricting,
  ...opaque,
]);

/**
 * Why a value that `narrow` accepts may be one that `wide` does not; empty where every value is. Where it cannot know, it says
 * so as a reason: never the other way. What a function within a schema does is not seen; that there is one more is.
 */
export function differences(narrow: JsonSchema, wide: JsonSchema, spareKeys: SpareKeys): readonly string[] {
  const comparison = { spareKeys, begun: new Set<string>() };
  return compare({ schema: narrow, root: narrow }, { schema: wide, root: wide }, "data", comparison);
}

function compare(given: Side, taken: Side, path: string, comparison: Comparison): readonly string[] {
  const [narrow, wide] = [resolved(given), resolved(taken)];
  const pair = JSON.stringify([narrow.schema, wide.schema]);
  if (comparison.begun.has(pair)) return [];
  comparison.begun.add(pair);
  const found = compareResolved(narrow, wide, path, comparison);
  if (found.length > 0) comparison.begun.delete(pair);
  return found;
}

function compareResolved(narrow: Side, wide: Side, path: string, comparison: Comparison): readonly string[] {
  const [a, b] = [narrow.schema, wide.schema];
  if (takesAnything(b)) return [];
  // One that catches and then refines takes anything that its like takes.
  if (a["x-catch"] && !isSame(a, b)) return [`${path} may be anything`];
  const strange = strangeIn(a, b);
  if (strange) return [`${path} is made or checked in a way that cannot be compared (${strange})`];
  if (count(b["x-refinements"]) > count(a["x-refinements"])) return [`${path} may be refused by a refinement`];
  const members = alternativesIn(a);
  if (members) {
    const rest = isSame(hiddenIn(a), hiddenIn(b)) ? visible(wide) : wide;
    return members.flatMap((schema) => compare({ ...narrow, schema }, rest, path, comparison));
  }
  const choices = alternativesIn(b)?.map((schema) => ({ ...wide, schema }));
  return choices ? compareChoices(narrow, choices, path, comparison) : compareValues(narrow, wide, path, comparison);
}

function takesAnything({ anyOf, ...rest }: JsonSchema): boolean {
  const keywords = Object.keys(rest);
  if (keywords.length === 0) return schemasIn(anyOf)?.some(takesAnything) ?? true;
  // A refinement may stand behind what is caught.
  return (
    rest["x-catch"] === true && !keywords.some((keyword) => keyword === "x-refinements" || opaque.includes(keyword))
  );
}

/** The schemas of which a value must meet one: several types are as many. */
function alternativesIn({ type, ...rest }: JsonSchema): readonly JsonSchema[] | undefined {
  return isList(type) ? type.map((one) => ({ ...rest, type: one })) : schemasIn(rest.anyOf);
}

/** A keyword that nobody can see through and that is not the same on both sides. Of alternatives, each is asked by itself. */
function strangeIn(a: JsonSchema, b: JsonSchema): string | undefined {
  const [inA, inB] = [hiddenIn(a), hiddenIn(b)];
  if (isSame(inA, inB)) return undefined;
  const asked = a.anyOf ? inA : b.anyOf ? inB : { ...inA, ...inB };
  return Object.keys(asked).find((keyword) => !isSame(inA[keyword], inB[keyword]));
}

function hiddenIn(schema: JsonSchema): JsonSchema {
  const isHidden = (keyword: string): boolean => opaque.includes(keyword) || !understood.has(keyword);
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => isHidden(keyword)));
}

/** Without what was compared already for the whole. */
function visible({ schema, root }: Side): Side {
  const hidden = [...Object.keys(hiddenIn(schema)), "x-refinements"];
  return { root, schema: Object.fromEntries(Object.entries(schema).filter(([keyword]) => !hidden.includes(keyword))) };
}

/** One of them must take all that `narrow` accepts; the reasons are those of the one that comes nearest. */
function compareChoices(narrow: Side, choices: readonly Side[], path: string, comparison: Comparison) {
  const values = valuesOf(narrow.schema);
  if (values && values.length > 1)
    return values.flatMap((value): readonly string[] =>
      compareChoices(
        { ...narrow, schema: { ...withoutValues(narrow.schema), const: value } },
        choices,
        path,
        comparison,
      ),
    );
  const reasons = choices.map((choice) => compare(narrow, choice, path, comparison));
  return reasons.reduce((best, other) => (other.length < best.length ? other : best));
}

function compareValues(narrow: Side, wide: Side, path: string, comparison: Comparison): readonly string[] {
  const [a, b] = [withImplied(narrow.schema), wide.schema];
  const allowed = valuesOf(b);
  const values = valuesOf(a);
  if (allowed && !values) return [`${path} may be something else than ${allowed.map(shown).join(", ")}`];
  const extra = allowed && values?.filter((value) => !allowed.some((other) => isSame(other, value)));
  if (extra?.length) return [`${path} may be ${extra.map(shown).join(", ")}`];
  // What is one of a few allowed values meets every bound that these meet.
  if (allowed && isSame(withoutValues(a), withoutValues(b))) return [];
  const types = compareTypes(a, b, path);
  if (types.length > 0) return types;
  return [
    ...compareBounds(a, b, path),
    ...restricting.flatMap((keyword) =>
      b[keyword] === undefined || isSame(a[keyword], b[keyword])
        ? []
        : [`${path} may not keep to the ${keyword} asked for`],
    ),
    ...compareObjects(narrow, wide, path, comparison),
    ...compareLists(narrow, wide, path, comparison),
  ];
}

function compareTypes(a: JsonSchema, b: JsonSchema, path: string): readonly string[] {
  const type = b["x-coerce"] ?? b.type;
  const isCoerced = a["x-coerce"] !== undefined && a["x-coerce"] !== b["x-coerce"];
  if (isCoerced) return [`${path} may be anything that makes a ${shownType(a["x-coerce"])}`];
  if (type === undefined || type === (a["x-coerce"] ?? a.type) || (type === "number" && a.type === "integer"))
    return [];
  if (type === "date" && a["x-type"] === "date") return [];
  return [`${path} may be ${shownType(a.type ?? a["x-type"])}, not ${shownType(type)}`];
}

function compareObjects(narrow: Side, wide: Side, path: string, comparison: Comparison): readonly string[] {
  const [a, b] = [narrow.schema, wide.schema];
  if (a.type !== "object" || b.type !== "object") return [];
  const [given, taken] = [propertiesOf(a), propertiesOf(b)];
  const always = new Set(namesIn(a.required));
  const missing = namesIn(b.required).filter((key) => !always.has(key));
  const found = missing.map((key) => `${path}.${key} may be missing`);
  for (const [key, schema] of Object.entries(given)) {
    const side = { ...narrow, schema };
    found.push(...compareKey(side, taken[key], wide, `${path}.${key}`, comparison));
  }
  const others = schemaIn(a.additionalProperties);
  if (others) {
    const side = { ...narrow, schema: others };
    for (const [key, schema] of Object.entries(taken))
      if (!Object.hasOwn(given, key)) found.push(...compareKey(side, schema, wide, `${path}.${key}`, comparison));
    found.push(...compareKey(side, undefined, wide, `${path}.*`, comparison));
  }
  const names = schemaIn(b.propertyNames);
  if (names) {
    const own = schemaIn(a.propertyNames) ?? { type: "string", enum: Object.keys(given) };
    found.push(...compare({ ...narrow, schema: own }, { ...wide, schema: names }, `a key of ${path}`, comparison));
  }
  return found;
}

function compareKey(narrow: Side, taken: JsonSchema | undefined, wide: Side, path: string, comparison: Comparison) {
  const schema = taken ?? schemaIn(wide.schema.additionalProperties);
  if (schema) return compare(narrow, { ...wide, schema }, path, comparison);
  const isStrict = wide.schema.additionalProperties === false;
  if (comparison.spareKeys === "refused") return [`${path} may be there`];
  return comparison.spareKeys === "dropped" && isStrict ? [`${path} may be there`] : [];
}

function compareLists(narrow: Side, wide: Side, path: string, comparison: Comparison): readonly string[] {
  const [a, b] = [narrow.schema, wide.schema];
  if (a.type !== "array" || b.type !== "array") return [];
  const [given, taken] = [schemasIn(a.prefixItems) ?? [], schemasIn(b.prefixItems) ?? []];
  const places = Array.from({ length: Math.max(given.length, taken.length) + 1 }, (_, at) => at);
  return places.flatMap((at) => {
    const one = { ...narrow, schema: given[at] ?? schemaIn(a.items) ?? {} };
    const other = { ...wide, schema: taken[at] ?? schemaIn(b.items) ?? {} };
    return compare(one, other, `${path}[${at === places.length - 1 ? "" : at}]`, comparison);
  });
}

function resolved({ schema, root }: Side): Side {
  const { $ref } = schema;
  if (typeof $ref !== "string") return { schema, root };
  const steps = $ref.split("/").slice(1);
  const found = steps.reduce<JsonSchema | undefined>((at, step) => at && schemaIn(at[step]), root);
  return found ? resolved({ schema: found, root }) : { schema: { "x-type": $ref }, root };
}

function shown(value: JsonValue): string {
  return JSON.stringify(value);
}

function shownType(type: JsonValue | undefined): string {
  return type === undefined ? "anything" : String(type);
}
