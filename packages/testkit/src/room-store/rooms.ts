import type { StoredRoom } from "@dialogue/core";

/** A room to make, with no more than it needs. */
export function roomFor(id: string, facts: Partial<StoredRoom> = {}): StoredRoom {
  return { id, name: "A room", events: ["message"], visibility: "public", ...facts };
}

/** A room to make, with every fact a room can have. */
export function fullRoom(id: string): StoredRoom {
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
