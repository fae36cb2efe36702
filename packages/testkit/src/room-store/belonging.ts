import type { Log, RoomStore } from "@dialogue/core";
import { expect, test } from "vitest";
import { freshRoomId } from "../drafts.ts";
import { roomFor } from "./rooms.ts";

/** Promises 3 and 4 of RoomStore. */
export function belonging(log: () => Log): void {
  const rooms = (): RoomStore => log().rooms;
  const aclVersion = async (roomId: string): Promise<number> =>
    (await log().events.heads([roomId]))[0]?.aclVersion ?? -1;

  test("3. grant and revoke are idempotent, and what changes something raises aclVersion", async () => {
    const roomId = freshRoomId();
    expect(await aclVersion(roomId)).toBe(0);
    const versions: number[] = [];
    const then = async (change: Promise<void>): Promise<void> => {
      await change;
      versions.push(await aclVersion(roomId));
    };
    await then(rooms().grant(roomId, { userId: "ada", role: "member" }));
    await then(rooms().grant(roomId, { userId: "ada", role: "member" }));
    await then(rooms().grant(roomId, { userId: "ada", role: "owner" }));
    await then(rooms().revoke(roomId, "bob"));
    await then(rooms().revoke(roomId, "ada"));
    await then(rooms().revoke(roomId, "ada"));
    expect(versions).toEqual([1, 1, 2, 2, 3, 3]);
  });

  test("3. a membership is what was last granted", async () => {
    const roomId = freshRoomId();
    expect(await rooms().membership(roomId, "ada")).toBeUndefined();
    await rooms().grant(roomId, { userId: "ada", role: "member" });
    expect(await rooms().membership(roomId, "ada")).toEqual({ userId: "ada", role: "member" });
    await rooms().grant(roomId, { userId: "ada", role: "owner" });
    expect(await rooms().membership(roomId, "ada")).toEqual({ userId: "ada", role: "owner" });
    await rooms().revoke(roomId, "ada");
    expect(await rooms().membership(roomId, "ada")).toBeUndefined();
  });

  test("3. members answers everyone of the room and nobody else, by user id", async () => {
    const roomId = freshRoomId();
    const userIds = ["zoë", "Ada", "ada", "😀", "$1", "_"];
    for (const userId of userIds) await rooms().grant(roomId, { userId, role: "member" });
    await rooms().grant(freshRoomId(), { userId: "stranger", role: "owner" });
    expect((await rooms().members(roomId)).map(({ userId }) => userId)).toEqual(userIds.sort());
  });

  test("3. of the same grant many times at once one raises aclVersion", async () => {
    const roomId = freshRoomId();
    await Promise.all(Array.from({ length: 8 }, () => rooms().grant(roomId, { userId: "ada", role: "member" })));
    expect(await aclVersion(roomId)).toBe(1);
    await Promise.all(["bob", "cyd", "dee"].map((userId) => rooms().grant(roomId, { userId, role: "member" })));
    expect(await aclVersion(roomId)).toBe(4);
  });

  test("4. remove takes the memberships with it and raises aclVersion", async () => {
    const roomId = freshRoomId();
    await rooms().create(roomFor(roomId));
    await rooms().grant(roomId, { userId: "ada", role: "owner" });
    await rooms().remove(roomId);
    expect(await rooms().members(roomId)).toEqual([]);
    expect(await rooms().membership(roomId, "ada")).toBeUndefined();
    expect(await aclVersion(roomId)).toBe(2);
  });
}
