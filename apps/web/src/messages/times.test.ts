import { expect, it } from "vitest";
import { dayWords } from "./times.ts";

const at = (day: number, hour: number) => new Date(2026, 2, day, hour).getTime();

it("names today and yesterday by the calendar, not by hours", () => {
  expect(dayWords(at(15, 0), at(15, 23))).toBe("Today");
  expect(dayWords(at(14, 23), at(15, 0))).toBe("Yesterday");
});

it("knows yesterday over the end of a month", () => {
  expect(dayWords(new Date(2026, 1, 28, 23).getTime(), at(1, 1))).toBe("Yesterday");
});

it("writes out every other day", () => {
  expect(dayWords(at(3, 12), at(15, 12))).toMatch(/2026/);
});
