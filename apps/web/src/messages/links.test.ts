import fc from "fast-check";
import { expect, it } from "vitest";
import { piecesOf } from "./links.ts";

const links = (text: string) => piecesOf(text).flatMap(({ href }) => href ?? []);

it("finds addresses and leaves the sentence around them", () => {
  expect(links("See https://example.org/a_(b), or (http://x.test/y). Write to mailto:ada@example.org!")).toEqual([
    "https://example.org/a_(b)",
    "http://x.test/y",
    "mailto:ada@example.org",
  ]);
});

it("makes no link of what could run something", () => {
  for (const text of ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "https://"])
    expect(links(text)).toEqual([]);
});

it("loses nothing of a text, and links only to what is safe", () => {
  const part = fc.oneof(fc.string(), fc.constantFrom("https://", "http://a.b", "mailto:", "javascript:", ")", ". "));
  const texts = fc.array(part).map((parts) => parts.join(""));
  fc.assert(
    fc.property(texts, (text) => {
      const pieces = piecesOf(text);
      expect(pieces.map((piece) => piece.text).join("")).toBe(text);
      expect(pieces.filter(({ href }) => href && !/^(https?:|mailto:)/i.test(href))).toEqual([]);
    }),
  );
});
