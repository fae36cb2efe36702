import { DialogueError } from "@dialogue/events";
import { expect, it } from "vitest";
import { errorWords } from "./error-words.ts";

it("says an error in words, without the code and the message of the server", () => {
  expect(errorWords(new DialogueError("RATE_LIMITED", "cannot trigger"))).toBe(
    "That was too fast. Wait a moment and try again.",
  );
});

it("takes anything else for a server that is away", () => {
  expect(errorWords(new TypeError("fetch failed"))).toBe("The server cannot be reached. Try again in a moment.");
});
