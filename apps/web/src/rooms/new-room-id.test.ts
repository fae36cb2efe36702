import { roomIdPattern } from "@dialogue/events";
import fc from "fast-check";
import { expect, it } from "vitest";
import { newRoomId } from "./new-room-id.ts";

it("is made of the name's letters", () => {
  expect(newRoomId("Röntgen & Crème brûlée!")).toBe("rontgen-creme-brulee");
});

it("is an id that the server takes, whatever the name", () => {
  const names = fc.string({ unit: "grapheme" });
  fc.assert(
    fc.property(names, (name) => {
      expect(newRoomId(name)).toMatch(roomIdPattern);
    }),
  );
});
