import type { Log, RoomStore, StoredRoom } from "@dialogue/core";
import { beforeAll, describe, expect, test } from "vitest";
import { freshRoomId } from "./drafts.ts";

/** The promises of RoomStore as tests. Whoever made the log that `open` answers closes it; it may answer the same one again. */
export function roomStoreContract(name: string, open: () => Promise<Log>): void {
  describe(`RoomStore: ${name}`, () => {
    let log: Log;
    beforeAll(async () => {
      log = await open();
    });
    keeping(() => log.rooms);
    belonging(() => log);
    consuming(() => log.rooms);
  });
}

type Rooms = () => RoomStore;

function roomFor(id: string, facts: Partial<StoredRoom> = {}): StoredRoom {
  return { id, name: "A room", events: ["message"], visibility: "public", ...facts };
}

function fullRoom(id: string): StoredRoom {
  return roomFor(id, {
    name: `'; drop table rooms; -- $1 \\ "😀"`,
    description: "line one\nline two",
    events: ["message", "room:renamed"],
    defaultSubscriptions: ["message"],
    maxSize: 3_000_000_000,
    syncHistoryOnJoin: 50,
    createdById: `ada-${id}`,
    visibility: "private",
    metadata: { topic: "a 'quoted' $1", nested: { list: [1, null, "\\"] } },
  });
}

function keeping(rooms: Rooms): void {
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

function belonging(log: () => Log): void {
  const rooms: Rooms = () => log().rooms;
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

function consuming(rooms: Rooms): void {
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
