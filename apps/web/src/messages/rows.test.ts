import { expect, it } from "vitest";
import { failed, joined, left, message, noon, pending } from "../../test/events.ts";
import { type ChatEvent, keptRows, type Row, rowsOf } from "./rows.ts";

const reader = { id: "ada", name: "Ada" };
const minute = 60_000;

const rows = (events: readonly ChatEvent[]) => rowsOf(events, reader);

const words = (all: readonly Row[]) =>
  all.flatMap((row) => {
    const said = row.kind === "notice" ? row.text : `${row.isFirst ? `${row.name}: ` : ""}${row.text}`;
    return row.isNewDay ? ["day", said] : [said];
  });

it("begins with a day and begins a new one where the date changes", () => {
  const events = [message(1, { text: "a" }), message(2, { text: "b", at: noon + 13 * 60 * minute })];
  expect(words(rows(events))).toEqual(["day", "Ada: a", "day", "Ada: b"]);
});

it("groups what one person says within five minutes", () => {
  const ben = { from: "ben", name: "Ben" };
  const events = [
    message(1, { text: "a" }),
    message(2, { text: "b" }),
    message(3, { text: "c", ...ben }),
    message(4, { text: "d", ...ben, at: noon + 6 * minute }),
  ];
  expect(words(rows(events))).toEqual(["day", "Ada: a", "b", "Ben: c", "Ben: d"]);
});

it("names the author again after a line about somebody, and after a change of name", () => {
  const events = [
    message(1, { text: "a" }),
    joined(2, { from: "ben", name: "Ben" }),
    message(3, { text: "b" }),
    message(4, { text: "c", name: "Countess" }),
  ];
  expect(words(rows(events))).toEqual(["day", "Ada: a", "Ben joined", "Ada: b", "Countess: c"]);
});

it("tells who came and who left by the verified name, not by the event's word", () => {
  expect(words(rows([joined(1), left(2, { name: "" })]))).toEqual(["day", "Ada joined", "Ada left"]);
  expect(words(rows([left(1, { name: "" })]))).toEqual(["day", "Someone left"]);
});

it("does not announce again who did not leave", () => {
  const ben = { from: "ben", name: "Ben" };
  const events = [joined(1), joined(2, ben), joined(3), joined(4, ben), left(5), joined(6)];
  expect(words(rows(events))).toEqual(["day", "Ada joined", "Ben joined", "Ada left", "Ada joined"]);
});

it("names the author of an answer, which stands apart from what was said before", () => {
  const events = [message(1, { text: "a" }), message(2, { text: "b", replyTo: "m1" })];
  expect(words(rows(events))).toEqual(["day", "Ada: a", "Ada: b"]);
  expect(rows(events)[1]).toMatchObject({ replyTo: "m1" });
});

it("puts messages on their way under the reader's name, and says which failed and why", () => {
  const all = rows([message(1, { text: "a" }), pending("x", "b"), failed("y", "c")]);
  expect(words(all)).toEqual(["day", "Ada: a", "b", "c"]);
  expect(all.slice(1)).toMatchObject([
    { key: "x", status: "pending", seq: undefined },
    { key: "y", status: "failed", failure: "That was too fast. Wait a moment and try again." },
  ]);
});

it("gives a message the same key before and after it was accepted, so that it stays in its place", () => {
  const [before] = rows([pending("m1", "a")]);
  const [after] = rows([message(1, { text: "a" })]);
  expect(before?.key).toBe(after?.key);
});

it("gives each row a key of its own", () => {
  const events = Array.from({ length: 50 }, (_, i) => message(i + 1, { at: noon + i * 60 * minute }));
  const keys = rows(events).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});

it("keeps the rows that say what they said, and no other", () => {
  const before = rows([message(2, { text: "b" }), message(3, { text: "c" })]);
  const now = keptRows(before, rows([message(1, { text: "a" }), message(2, { text: "b" }), message(3, { text: "c" })]));
  // The second message is not the first of its author's any more.
  expect(now.map((row) => before.includes(row))).toEqual([false, false, true]);
});
