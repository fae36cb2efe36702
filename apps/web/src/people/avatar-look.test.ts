import { expect, it } from "vitest";
import { avatarGrounds, avatarLook } from "./avatar-look.ts";

/** Of WCAG 2, against white. */
function contrastWithWhite(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    linear(Number.parseInt(color.slice(at, at + 2), 16) / 255),
  );
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}

function linear(part: number): number {
  return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

it.each(avatarGrounds)("has letters that can be read on %s", (ground) => {
  expect(contrastWithWhite(ground)).toBeGreaterThanOrEqual(4.5);
});

it("takes the initials of the first and the last word", () => {
  expect(avatarLook("Ada Lovelace").initials).toBe("AL");
  expect(avatarLook("grace brewster murray hopper").initials).toBe("GH");
  expect(avatarLook("Linus").initials).toBe("L");
  expect(avatarLook("李 雷").initials).toBe("李雷");
  expect(avatarLook("🎈").initials).toBe("🎈");
});

it("gives one name one colour, and different names different ones", () => {
  expect(avatarLook("Ada")).toEqual(avatarLook("Ada"));
  const names = Array.from({ length: 60 }, (_, i) => `Person ${i}`);
  expect(new Set(names.map((name) => avatarLook(name).ground)).size).toBeGreaterThan(8);
});
