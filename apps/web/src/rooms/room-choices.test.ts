import type { RoomInfo } from "@dialogue/events";
import { expect, it } from "vitest";
import { choicesFor } from "./room-choices.ts";

function room(name: string): RoomInfo {
  return { id: name.toLowerCase(), name, events: [], defaultSubscriptions: [], visibility: "public", size: 0 };
}

const mine = [room("General"), room("Design"), room("Redesign")];
const others = [room("Sign-ups")];
const names = (text: string) => choicesFor(text, mine, others).map(({ kind, name }) => `${kind} ${name}`);

it("offers every room while nothing is typed", () => {
  expect(names(" ")).toEqual(["open General", "open Design", "open Redesign", "enter Sign-ups"]);
});

it("puts first what begins with the text, and one's own before others, and offers to make what is not there", () => {
  expect(names("SIGN")).toEqual(["open Design", "open Redesign", "enter Sign-ups", "create SIGN"]);
  expect(names("des")).toEqual(["open Design", "open Redesign", "create des"]);
});

it("does not offer to make a room whose name is taken", () => {
  expect(names("design")).toEqual(["open Design", "open Redesign"]);
});
