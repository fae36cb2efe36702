import type { Log } from "@dialogue/core";
import { expect, test } from "vitest";
import { appendedEvent, draftFor, freshRoomId } from "../drafts.ts";

/** Promise 6 of EventLog. */
export function heads(log: () => Log): void {
  test("6. heads answers for every room asked, in the order asked", async () => {
    const [known, unknown] = [freshRoomId(), freshRoomId()];
    const event = appendedEvent((await log().events.append([draftFor(known)]))[0]);
    const none = { seq: 0, tag: "" };
    const empty = { roomId: unknown, head: none, floor: none, aclVersion: 0 };
    const full = { roomId: known, head: { seq: 1, tag: event.tag }, floor: none, aclVersion: 0 };
    expect(await log().events.heads([unknown, known, unknown])).toEqual([empty, full, empty]);
    expect(await log().events.heads([])).toEqual([]);
  });

  test("6. heads answers the room's aclVersion, which a drop does not take back", async () => {
    const roomId = freshRoomId();
    await log().rooms.grant(roomId, { userId: "ada", role: "member" });
    const before = (await log().events.heads([roomId]))[0];
    expect(before).toMatchObject({ head: { seq: 0, tag: "" }, aclVersion: 1 });
    await log().events.append([draftFor(roomId)]);
    await log().events.drop(roomId);
    expect((await log().events.heads([roomId]))[0]?.aclVersion).toBe(1);
  });
}
