import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { sha256 } from "./sha-256.ts";
import { utf8Length } from "./utf8.ts";

test("the hash is SHA-256 of the UTF-16 code units, at every length around a block", () => {
  for (let length = 0; length < 200; length++) {
    const text = Array.from(randomBytes(length * 2).subarray(0, length * 2), (byte, at) =>
      String.fromCharCode(at % 2 === 0 ? byte : byte * 256 + at),
    ).join("");
    const bytes = Buffer.from(text, "utf16le").swap16();
    expect(sha256(text)).toBe(createHash("sha256").update(bytes).digest("hex"));
  }
});

test("the length in UTF-8 is counted without encoding", () => {
  for (const text of ["", "plain", "é", "€", "😀", "a😀é€"]) expect(utf8Length(text)).toBe(Buffer.byteLength(text));
});
