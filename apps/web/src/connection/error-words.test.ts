import { DialogueError } from "@dialogue/events";
import { expect, it } from "vitest";
import { connectionWords, endWords, errorWords } from "./error-words.ts";

it("says an error in words, without the code and the message of the server", () => {
  expect(errorWords(new DialogueError("RATE_LIMITED", "cannot trigger"))).toBe(
    "That was too fast. Wait a moment and try again.",
  );
});

it("takes anything else for a server that is away", () => {
  expect(errorWords(new TypeError("fetch failed"))).toBe("The server cannot be reached. Try again in a moment.");
});

it("says why there is no connection", () => {
  expect(connectionWords(new DialogueError("RATE_LIMITED", "cannot stay connected"))).toMatch(/too many windows/);
  expect(connectionWords(new DialogueError("TIMEOUT", "cannot connect"))).toMatch(/cannot be reached/);
  expect(connectionWords(new DialogueError("UNAUTHENTICATED", "cannot connect"))).toMatch(/not valid/);
  expect(connectionWords(undefined)).toMatch(/cannot be reached/);
});

it("says that the page keeps trying where it does, and what to do where it does not", () => {
  expect(endWords(new DialogueError("TIMEOUT", "cannot connect"))).toMatch(/keeps trying/);
  expect(endWords(new DialogueError("RATE_LIMITED", "cannot stay connected"))).toMatch(/too many windows/);
});
