import { expect, it } from "vitest";
import { createTypingNotice } from "./typing-notice.ts";

function notice() {
  const told: boolean[] = [];
  let now = 0;
  let timer: { readonly at: number; readonly callback: () => void } | undefined;
  const typing = createTypingNotice({
    tell: (isTyping) => told.push(isTyping),
    elapsed: () => now,
    after(ms, callback) {
      const mine = { at: now + ms, callback };
      timer = mine;
      return () => {
        if (timer === mine) timer = undefined;
      };
    },
  });
  function pass(ms: number): void {
    now += ms;
    if (timer === undefined || timer.at > now) return;
    const { callback } = timer;
    timer = undefined;
    callback();
  }
  return { typing, told, pass };
}

it("tells at the first key and again only after a while", () => {
  const { typing, told, pass } = notice();
  typing.changed("h");
  pass(1_000);
  typing.changed("he");
  expect(told).toEqual([true]);
  pass(2_000);
  typing.changed("hel");
  expect(told).toEqual([true, true]);
});

it("tells the end when the keys rest, when the text is deleted and when the user turns away", () => {
  const { typing, told, pass } = notice();
  typing.changed("h");
  pass(5_000);
  expect(told).toEqual([true, false]);
  typing.changed("h");
  typing.changed(" ");
  expect(told).toEqual([true, false, true, false]);
  typing.changed("h");
  typing.stop();
  expect(told).toEqual([true, false, true, false, true, false]);
});

it("says nothing more once the message is sent: that ends it by itself", () => {
  const { typing, told, pass } = notice();
  typing.changed("hello");
  typing.sent();
  pass(10_000);
  typing.stop();
  expect(told).toEqual([true]);
  typing.changed("a");
  expect(told).toEqual([true, true]);
});
