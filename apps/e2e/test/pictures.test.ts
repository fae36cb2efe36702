import { expect, it } from "vitest";
import { takePictures } from "../src/pictures/camera.ts";
import { compareWithKept } from "../src/pictures/comparison.ts";
import { areLettersTheSame, takeLetters } from "../src/pictures/letters.ts";
import { barriers } from "./barriers.ts";
import { setStage } from "./stage.ts";

// Sixty states, one after the other.
const timeout = 900_000;

const stage = setStage();
let seen: ReturnType<typeof lookAtAll> | undefined;

/** Goes through the main states once, light and dark, on a desk and on a phone. */
async function lookAtAll() {
  const found: string[] = [];
  const pictures = await takePictures(stage.context, stage.url, {
    look: async (page, name) => found.push(...(await barriers(page)).map((barrier) => `${name}: ${barrier}`)),
  });
  return { pictures, found };
}

it("keeps nobody out of any of its main states", { timeout }, async () => {
  seen ??= lookAtAll();
  const { found, pictures } = await seen;
  expect(pictures.length).toBeGreaterThan(50);
  expect(found).toEqual([]);
});

it("looks as in docs/screenshots", { timeout }, async ({ skip }) => {
  const isComparable = await areLettersTheSame(await takeLetters(stage.context));
  skip(!isComparable, "the browser of this machine draws letters in another way than the one that took the pictures");
  seen ??= lookAtAll();
  const compared = await Promise.all((await seen).pictures.map(compareWithKept));
  // What differs is in apps/e2e/test-results; the command `screenshots` keeps what looks different on purpose.
  expect(compared.filter(({ isSame }) => !isSame)).toEqual([]);
});
