import * as fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { differences } from "../src/events-file/differences.ts";
import { jsonSchemaOf } from "../src/events-file/json-schema.ts";
import { seededRandom } from "../src/seeded-random.ts";
import { changed, recipes, schemaOf, valuesOf } from "./schema-recipes.ts";

const pairs = fc.tuple(recipes, recipes, fc.integer({ min: 1, max: 2 ** 31 })).chain(([before, other, seed]) => {
  const after = changed(before, other, seededRandom(seed));
  const samples = (recipe: typeof before) => fc.array(valuesOf(recipe), { minLength: 12, maxLength: 12 });
  return fc.record({
    before: fc.constant(before),
    after: fc.constant(after),
    old: samples(before),
    fresh: samples(after),
  });
});

/** What stands in the log of those values that the schema takes. */
function storedOf(schema: z.ZodType, values: readonly unknown[]): readonly unknown[] {
  return values.flatMap((value) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? [JSON.parse(JSON.stringify(parsed.data) ?? "null")] : [];
  });
}

test("no difference means: what was taken is taken, what is stored is of today's type, what is new is of the type that was", () => {
  const told = { taken: 0, stored: 0, fresh: 0, values: 0 };
  void fc.assert(
    fc.property(pairs, ({ before, after, old, fresh }) => {
      const [was, is] = [schemaOf(before), schemaOf(after)];
      const given = old.filter((value) => was.safeParse(value).success);
      if (differences(jsonSchemaOf(was, "input"), jsonSchemaOf(is, "input"), "dropped").length === 0) {
        told.taken++;
        told.values += given.length;
        for (const value of given) expect(is.safeParse(value).error).toBeUndefined();
      }
      const [output, today] = [jsonSchemaOf(was, "output"), jsonSchemaOf(is, "output")];
      if (differences(output, today, "refused").length === 0) {
        told.stored++;
        for (const value of storedOf(was, old))
          expect(schemaOf(after, "stored").safeParse(value).error).toBeUndefined();
      }
      if (differences(today, output, "ignored").length === 0) {
        told.fresh++;
        for (const value of storedOf(is, fresh)) expect(loosened(before).safeParse(value).error).toBeUndefined();
      }
    }),
    { numRuns: Number(process.env.RUNS ?? 250) },
  );
  // It would be true as well if every change were called a difference.
  for (const count of [told.taken, told.stored, told.fresh]) expect(count).toBeGreaterThan(40);
  expect(told.values).toBeGreaterThan(100);
});

/** As a reader takes it: keys it does not know are nothing to it. */
function loosened(recipe: Parameters<typeof schemaOf>[0]): z.ZodType {
  const text = JSON.stringify(recipe).replaceAll('"mode":"strict"', '"mode":"strip"');
  return schemaOf(JSON.parse(text), "stored");
}

test("nothing differs from itself", () => {
  void fc.assert(
    fc.property(recipes, (recipe) => {
      for (const io of ["input", "output"] as const) {
        const [one, other] = [jsonSchemaOf(schemaOf(recipe), io), jsonSchemaOf(schemaOf(recipe), io)];
        expect(differences(one, other, "refused")).toEqual([]);
      }
    }),
  );
});

test("what catches and then refines does not differ from itself either", () => {
  const schema = z.number().catch(0).refine(Number.isFinite);
  const [one, other] = [jsonSchemaOf(schema, "input"), jsonSchemaOf(schema, "input")];
  expect(differences(one, other, "refused")).toEqual([]);
  expect(differences(jsonSchemaOf(z.number().catch(0), "input"), other, "refused")).not.toEqual([]);
});
