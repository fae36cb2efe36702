import type { RoomStore } from "@dialogue/core";
import { expect, test } from "vitest";
import { freshRoomId } from "../drafts.ts";
import { fullRoom, roomFor } from "./rooms.ts";

/** Promises 1 and 2 of RoomStore. */
export function keeping(rooms: () => RoomStore): void {
  test("1. create answers false and changes nothing when the id is taken", async () => {
    const room = roomFor(freshRoomId(), { name: "First" });
    expect(await rooms().create(room)).toBe(true);
    expect(await rooms().create({ ...room, name: "Second" })).toBe(false);
    expect(await rooms().get(room.id)).toEqual(room);
  });

  test("1. of many who make one room at once one succeeds", async () => {
    const id = freshRoomId();
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, turn) => rooms().create(roomFor(id, { name: `${turn}` }))),
    );
    expect(made.filter(Boolean)).toHaveLength(1);
    expect((await rooms().get(id))?.name).toBe(`${made.indexOf(true)}`);
  });

  test("2. every fact of a room is kept as it was", async () => {
    const room = fullRoom(freshRoomId());
    await rooms().create(room);
    expect(await rooms().get(room.id)).toEqual(room);
  });

  test.each([true, false, 0])("2. syncHistoryOnJoin: %s is kept as it was", async (syncHistoryOnJoin) => {
    const room = roomFor(freshRoomId(), { syncHistoryOnJoin });
    await rooms().create(room);
    expect(await rooms().get(room.id)).toEqual(room);
  });

  test("2. an unknown room is undefined", async () => {
    expect(await rooms().get(freshRoomId())).toBeUndefined();
  });

  test("2. list answers every room, by id", async () => {
    const prefix = freshRoomId();
    const ids = ["b", "a", "_", "Z", "-", "0"].map((end) => prefix + end);
    for (const id of ids) await rooms().create(roomFor(id));
    const listed = (await rooms().list()).filter(({ id }) => id.startsWith(prefix));
    expect(listed).toEqual(ids.sort().map((id) => roomFor(id)));
  });

  test("2. update changes what it is given and answers the room as it is now", async () => {
    const room = fullRoom(freshRoomId());
    await rooms().create(room);
    const change = { name: "Renamed", maxSize: 2, metadata: { topic: null } };
    expect(await rooms().update(room.id, change)).toEqual({ ...room, ...change });
    expect(await rooms().update(room.id, { description: "" })).toEqual({ ...room, ...change, description: "" });
    expect(await rooms().update(room.id, {})).toEqual({ ...room, ...change, description: "" });
    expect(await rooms().get(room.id)).toEqual({ ...room, ...change, description: "" });
  });

  test("2. update of no room answers undefined and makes none", async () => {
    const id = freshRoomId();
    expect(await rooms().update(id, { name: "Ghost" })).toBeUndefined();
    expect(await rooms().update(id, {})).toBeUndefined();
    expect(await rooms().get(id)).toBeUndefined();
  });

  test("2. remove answers whether there was one, and the id is free again", async () => {
    const room = roomFor(freshRoomId());
    await rooms().create(room);
    expect(await rooms().remove(room.id)).toBe(true);
    expect(await rooms().get(room.id)).toBeUndefined();
    expect(await rooms().remove(room.id)).toBe(false);
    expect(await rooms().create({ ...room, name: "Again" })).toBe(true);
  });

  test("counts the rooms a user owns", async () => {
    const owner = `owner-${freshRoomId()}`;
    expect(await rooms().countOwnedBy(owner)).toBe(0);
    const ids = [freshRoomId(), freshRoomId()];
    for (const id of ids) await rooms().create(roomFor(id, { createdById: owner }));
    expect(await rooms().countOwnedBy(owner)).toBe(2);
    await rooms().remove(ids[0] ?? "");
    expect(await rooms().countOwnedBy(owner)).toBe(1);
  });
}
