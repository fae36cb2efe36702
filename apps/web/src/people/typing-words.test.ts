import { expect, it } from "vitest";
import { typingWords } from "./typing-words.ts";

it.each([
  [[], ""],
  [["Ada"], "Ada is typing…"],
  [["Ada", "Ben"], "Ada and Ben are typing…"],
  [["Ada", "Ben", "Cy"], "Ada, Ben and Cy are typing…"],
  [["Ada", "Ben", "Cy", "Di"], "Ada, Ben and 2 others are typing…"],
])("says of %j: %s", (names, words) => {
  expect(typingWords(names)).toBe(words);
});
