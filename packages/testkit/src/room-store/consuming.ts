import type { RoomStore } from "@dialogue/core";
import { expect, test } from "vitest";
import { freshRoomId } from "../drafts.ts";

/** Promises 5 and 6 of RoomStore. */
export function consuming(rooms: () => RoomStore): void {
  const hour = 3_600_000;

  test("5. one node at a time holds the claim, until it releases", async () => {
    const roomId = freshRoomId();
    expect(await rooms().claim("mailer", roomId, "a", hour)).toBe(true);
    expect(await rooms().claim("mailer", roomId, "b", hour)).toBe(false);
    expect(await rooms().claim("mailer", roomId, "a", hour)).toBe(true);
    await rooms().release("mailer", roomId, "b");
    expect(await rooms().claim("mailer", roomId, "b", hour)).toBe(false);
    await rooms().release("mailer", roomId, "a");
    expect(await rooms().claim("mailer", roomId, "b", hour)).toBe(true);
    expect(await rooms().claim("mailer", roomId, "a", hour)).toBe(false);
  });

  test("5. a claim whose time has passed is free", async () => {
    const roomId = freshRoomId();
    expect(await rooms().claim("mailer", roomId, "a", 0)).toBe(true);
    expect(await rooms().claim("mailer", roomId, "b", hour)).toBe(true);
    expect(await rooms().claim("mailer", roomId, "a", hour)).toBe(false);
  });

  test("5. claims of other consumers and other rooms do not touch each other", async () => {
    const [one, two] = [freshRoomId(), freshRoomId()];
    expect(await rooms().claim("mailer", one, "a", hour)).toBe(true);
    expect(await rooms().claim("indexer", one, "b", hour)).toBe(true);
    expect(await rooms().claim("mailer", two, "b", hour)).toBe(true);
  });

  test("5. of many nodes that claim at once one gets it", async () => {
    const roomId = freshRoomId();
    const claims = Array.from({ length: 8 }, (_, node) => rooms().claim("mailer", roomId, `node-${node}`, hour));
    expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
  });

  test("6. the holder's mark is the one that counts, and outlives the claim", async () => {
    const roomId = freshRoomId();
    expect(await rooms().readMark("mailer", roomId)).toBeUndefined();
    expect(await rooms().setReadMark("mailer", roomId, "a", "1.aaaaaaaa")).toBe(false);
    await rooms().claim("mailer", roomId, "a", hour);
    expect(await rooms().readMark("mailer", roomId)).toBeUndefined();
    expect(await rooms().setReadMark("mailer", roomId, "a", "1.aaaaaaaa")).toBe(true);
    expect(await rooms().setReadMark("mailer", roomId, "b", "9.bbbbbbbb")).toBe(false);
    expect(await rooms().readMark("mailer", roomId)).toBe("1.aaaaaaaa");
    await rooms().release("mailer", roomId, "a");
    expect(await rooms().setReadMark("mailer", roomId, "a", "2.aaaaaaaa")).toBe(false);
    await rooms().claim("mailer", roomId, "b", hour);
    expect(await rooms().readMark("mailer", roomId)).toBe("1.aaaaaaaa");
    expect(await rooms().setReadMark("mailer", roomId, "b", "2.bbbbbbbb")).toBe(true);
    expect(await rooms().readMark("mailer", roomId)).toBe("2.bbbbbbbb");
  });

  test("6. a claim whose time has passed sets no mark", async () => {
    const roomId = freshRoomId();
    await rooms().claim("mailer", roomId, "a", 0);
    expect(await rooms().setReadMark("mailer", roomId, "a", "1.aaaaaaaa")).toBe(false);
    expect(await rooms().readMark("mailer", roomId)).toBeUndefined();
  });
}
