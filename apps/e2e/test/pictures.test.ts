import { expect, it } from "vitest";
import { takePictures } from "../src/pictures/camera.ts";
import { compareWithKept } from "../src/pictures/comparison.ts";
import { areLettersTheSame, takeLetters } from "../src/pictures/letters.ts";
import { setStage } from "./stage.ts";

const stage = setStage();

it("looks as in docs/screenshots, light and dark, on a desk and on a phone", { timeout: 600_000 }, async ({ skip }) => {
  const isComparable = await areLettersTheSame(await takeLetters(stage.context));
  skip(!isComparable, "the browser of this machine draws letters in another way than the one that took the pictures");
  const compared = await Promise.all((await takePictures(stage.context, stage.url)).map(compareWithKept));
  // What differs is in apps/e2e/test-results; the command `screenshots` keeps what looks different on purpose.
  expect(compared.filter(({ isSame }) => !isSame)).toEqual([]);
});
