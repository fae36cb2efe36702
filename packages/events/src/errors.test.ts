import { expect, it } from "vitest";
import { DialogueError, errorCodes, isWireError } from "./errors.ts";

it("says with each code whether a retry makes sense", () => {
  expect(new DialogueError("RATE_LIMITED", "cannot trigger: too fast").retry).toBe(true);
  expect(new DialogueError("CONFLICT", "cannot trigger: the id is taken").retry).toBe(false);
});

it("travels without its cause and comes back the same", () => {
  const error = new DialogueError("RATE_LIMITED", "cannot trigger: too fast", {
    cause: new Error("secret"),
    retryAfterMs: 200,
  });
  const wire: unknown = JSON.parse(JSON.stringify(error.toWire()));
  expect(JSON.stringify(wire)).not.toContain("secret");
  expect(isWireError(wire) && DialogueError.fromWire(wire)).toMatchObject({
    code: "RATE_LIMITED",
    message: "cannot trigger: too fast",
    retryAfterMs: 200,
    retry: true,
  });
});

it.each([null, "RATE_LIMITED", {}, { code: "toString", message: "" }, { code: "CONFLICT" }])(
  "does not take %j for one",
  (value) => {
    expect(isWireError(value)).toBe(false);
  },
);

it("names its codes in upper snake case", () => {
  for (const code of Object.keys(errorCodes)) expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
});
