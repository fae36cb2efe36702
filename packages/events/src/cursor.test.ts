import fc from "fast-check";
import { expect, it } from "vitest";
import { formatCursor, parseCursor, startCursor } from "./cursor.ts";

const tag = fc.stringMatching(/^[0-9a-f]{8}$/);

it("reads back every cursor it formats", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999_999_999_999 }), tag, (seq, random) => {
      expect(parseCursor(formatCursor(seq, random))).toEqual({ seq, tag: random });
    }),
  );
});

it("knows where a log begins", () => {
  expect(parseCursor(startCursor)).toEqual({ seq: 0, tag: "" });
});

it.each([
  "",
  ".",
  "-1.",
  "1.",
  "0.12345678",
  "1e9.12345678",
  "1.1234567",
  "1.1234567g",
  "1.12345678 ",
  "1234567890123456.12345678",
  "1.ABCDEF12",
  `${"9".repeat(1_000_000)}.`,
])("refuses what is not a cursor", (text) => {
  expect(parseCursor(text)).toBeUndefined();
});
