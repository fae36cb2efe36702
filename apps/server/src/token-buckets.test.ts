import { expect, it } from "vitest";
import { createTokenBuckets } from "./token-buckets.ts";

const rate = { perSecond: 2, burst: 3 };

it("allows a burst and then says how long to wait", () => {
  const buckets = createTokenBuckets(rate, () => 0);
  expect([1, 2, 3, 4].map(() => buckets.take("a"))).toEqual([0, 0, 0, 500]);
});

it("fills again with time, up to the burst", () => {
  let now = 0;
  const buckets = createTokenBuckets(rate, () => now);
  for (let i = 0; i < 3; i++) buckets.take("a");
  now = 500;
  expect([buckets.take("a"), buckets.take("a")]).toEqual([0, 500]);
  now = 1_000_000;
  expect([1, 2, 3, 4].map(() => buckets.take("a"))).toEqual([0, 0, 0, 500]);
});

it("keeps keys apart", () => {
  const buckets = createTokenBuckets({ perSecond: 1, burst: 1 }, () => 0);
  expect([buckets.take("a"), buckets.take("b"), buckets.take("a")]).toEqual([0, 0, 1000]);
});

it("forgets the key that was idle longest", () => {
  const buckets = createTokenBuckets({ perSecond: 1, burst: 1 }, () => 0, 2);
  for (const key of ["a", "b", "a", "c"]) buckets.take(key);
  expect([buckets.take("a"), buckets.take("b")]).toEqual([1000, 0]);
});
