import type { EventLog, StoredEvent } from "@dialogue/core";
import { expect, test } from "vitest";
import { appendedEvent, draftFor, freshId, freshRoomId } from "../drafts.ts";
import { readAll } from "./whole-log.ts";

/** Promises 7, 8 and 9 of EventLog, and drop. */
export function forgetting(log: () => EventLog): void {
  async function roomOf(count: number): Promise<readonly StoredEvent[]> {
    const roomId = freshRoomId();
    await log().append(Array.from({ length: count }, () => draftFor(roomId, { meta: { a: 1 } })));
    return readAll(log(), roomId);
  }

  test("7. redact empties data and meta and keeps the place", async () => {
    const [first, second, third] = await roomOf(3);
    if (!first || !second || !third) throw new Error("three events expected");
    expect(await log().redact(second.roomId, second.id)).toBe(true);
    const { meta: _, ...rest } = second;
    const redacted = { ...rest, data: null, redacted: true };
    expect(await readAll(log(), first.roomId)).toEqual([first, redacted, third]);
    expect(await log().find(second.roomId, second.id)).toEqual(redacted);
    expect(await log().redact(second.roomId, second.id)).toBe(true);
  });

  test("7. a resend of a redacted event answers it as it is now", async () => {
    const draft = draftFor(freshRoomId());
    await log().append([draft]);
    await log().redact(draft.roomId, draft.id);
    expect(await log().append([draft])).toMatchObject([{ status: "duplicate", event: { data: null, redacted: true } }]);
  });

  test("7. redact of what is not there answers false", async () => {
    expect(await log().redact(freshRoomId(), freshId())).toBe(false);
  });

  test("7. purge removes the oldest events and raises the floor, which keeps its tag", async () => {
    const events = await roomOf(5);
    const roomId = events[0]?.roomId ?? "";
    const floor = { seq: 2, tag: events[1]?.tag };
    expect(await log().purge(roomId, 2)).toBe(2);
    expect(await log().read(roomId, { after: 0, limit: 10 })).toEqual({ events: events.slice(2), floor });
    expect(await log().read(roomId, { backwards: true, limit: 10 })).toMatchObject({ floor });
    expect(await log().heads([roomId])).toMatchObject([{ floor, head: { seq: 5, tag: events[4]?.tag } }]);
    expect(await log().find(roomId, events[0]?.id ?? "")).toBeUndefined();
    expect(await log().purge(roomId, 2)).toBe(0);
    expect(await log().purge(roomId, 1)).toBe(0);
    expect((await log().heads([roomId]))[0]?.floor).toEqual(floor);
  });

  test("7. a purge past the head stops there, and the log goes on behind it", async () => {
    const events = await roomOf(3);
    const roomId = events[0]?.roomId ?? "";
    expect(await log().purge(roomId, 99)).toBe(3);
    const place = { seq: 3, tag: events[2]?.tag };
    expect(await log().read(roomId, { after: 0, limit: 10 })).toEqual({ events: [], floor: place });
    expect(await log().heads([roomId])).toMatchObject([{ head: place, floor: place }]);
    const [answer] = await log().append([draftFor(roomId)]);
    expect(answer).toMatchObject({ status: "appended", event: { seq: 4 }, previousTag: place.tag });
    expect(await log().purge(freshRoomId(), 5)).toBe(0);
  });

  test("8. retain empties what is beyond the newest of a kind, in steps from the oldest, and keeps the places", async () => {
    const roomId = freshRoomId();
    const kinds = ["a", "b", "a", "a", "b", "a", "a"];
    await log().append(kinds.map((event) => draftFor(roomId, { event, meta: { a: 1 } })));
    const before = await readAll(log(), roomId);
    const steps: (readonly number[])[] = [];
    for (let step = 0; step < 3; step++)
      steps.push((await log().retain(roomId, { event: "a", keep: 2, limit: 2 })).seqs);
    expect(steps).toEqual([[1, 3], [4], []]);
    const emptied = new Set([1, 3, 4]);
    expect(await readAll(log(), roomId)).toEqual(
      before.map(({ meta, ...rest }) =>
        emptied.has(rest.seq) ? { ...rest, data: null, redacted: true } : { ...rest, meta },
      ),
    );
    await log().redact(roomId, before[5]?.id ?? "");
    await log().append([draftFor(roomId, { event: "a" })]);
    expect((await log().retain(roomId, { event: "a", keep: 2, limit: 9 })).seqs).toEqual([]);
    expect((await log().retain(roomId, { event: "b", keep: 2, limit: 9 })).seqs).toEqual([]);
    expect((await log().retain(roomId, { event: "b", keep: 0, limit: 9 })).seqs).toEqual([2, 5]);
  });

  test("8. retain empties what is older than it may be, by the log's clock", async () => {
    const [event] = await roomOf(3);
    const roomId = event?.roomId ?? "";
    const dayMs = 86_400_000;
    const { seqs, at } = await log().retain(roomId, { event: "message", maxAgeMs: dayMs, limit: 9 });
    expect(seqs).toEqual([]);
    expect(at).toBeGreaterThanOrEqual(event?.timestamp ?? Number.NaN);
    expect((await log().retain(roomId, { event: "message", limit: 9 })).seqs).toEqual([]);
    expect((await log().retain(roomId, { event: "other", maxAgeMs: -dayMs, limit: 9 })).seqs).toEqual([]);
    expect((await log().retain(roomId, { event: "message", keep: 3, maxAgeMs: -dayMs, limit: 2 })).seqs).toEqual([
      1, 2,
    ]);
    expect((await log().retain(freshRoomId(), { event: "message", keep: 0, limit: 9 })).seqs).toEqual([]);
  });

  test("8. retaining beside appends empties each event once and leaves the newest", async () => {
    const roomId = freshRoomId();
    const appends = Array.from({ length: 30 }, () => log().append([draftFor(roomId)]));
    const steps = Array.from({ length: 6 }, () => log().retain(roomId, { event: "message", keep: 5, limit: 4 }));
    const during = (await Promise.all(steps)).flatMap(({ seqs }) => seqs);
    await Promise.all(appends);
    const after = (await log().retain(roomId, { event: "message", keep: 5, limit: 99 })).seqs;
    expect([...during, ...after].sort((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, n) => n + 1));
    const left = (await readAll(log(), roomId)).filter(({ redacted }) => !redacted);
    expect(left.map(({ seq }) => seq)).toEqual([26, 27, 28, 29, 30]);
  });

  test("9. readFrom pages through a sender's events of all rooms, and erase empties them in steps", async () => {
    const from = freshId();
    const roomIds = [freshRoomId(), freshRoomId(), freshRoomId()];
    const mine = roomIds.flatMap((roomId) => [draftFor(roomId, { from, meta: { a: 1 } }), draftFor(roomId, { from })]);
    await log().append(roomIds.map((roomId) => draftFor(roomId)));
    await log().append(mine);
    const [first] = mine;
    if (!first) throw new Error("a draft expected");
    await log().redact(first.roomId, first.id);

    const pages: (readonly StoredEvent[])[] = [];
    for (let after: StoredEvent | undefined; ; after = pages.at(-1)?.at(-1)) {
      pages.push(await log().readFrom(from, { after, limit: 2 }));
      if ((pages.at(-1)?.length ?? 0) < 2) break;
    }
    const found = pages.flat();
    const whole = (await Promise.all(roomIds.map((roomId) => readAll(log(), roomId)))).flat();
    const expected = whole.filter((event) => event.from === from && !event.redacted);
    expect(new Set(found.map(({ id }) => id)).size).toBe(5);
    expect(found).toEqual(expect.arrayContaining(expected));
    for (const [at, { roomId, seq }] of found.entries()) {
      const before = found.slice(0, at).filter((event) => event.roomId === roomId);
      expect(before.every((event) => event.seq < seq)).toBe(true);
    }

    const steps = [await log().erase(from, 3), await log().erase(from, 3), await log().erase(from, 3)];
    expect(steps.map(({ length }) => length)).toEqual([3, 2, 0]);
    const placeOf = ({ roomId, seq }: { roomId: string; seq: number }) => `${roomId} ${seq}`;
    expect(steps.flat().map(placeOf).sort()).toEqual(found.map(placeOf).sort());
    expect(await log().readFrom(from, { limit: 9 })).toEqual([]);
    for (const roomId of roomIds)
      expect((await readAll(log(), roomId)).map(({ redacted, data }) => [redacted, data === null])).toEqual([
        [false, false],
        [true, true],
        [true, true],
      ]);
  });

  test("drop forgets the room: the next append begins at 1 with another tag", async () => {
    const events = await roomOf(3);
    const roomId = events[0]?.roomId ?? "";
    await log().purge(roomId, 1);
    await log().drop(roomId);
    expect(await log().read(roomId, { after: 0, limit: 10 })).toEqual({ events: [], floor: { seq: 0, tag: "" } });
    expect(await log().heads([roomId])).toMatchObject([{ head: { seq: 0, tag: "" }, floor: { seq: 0, tag: "" } }]);
    const [answer] = await log().append([draftFor(roomId, { id: events[0]?.id ?? "" })]);
    expect(answer).toMatchObject({ status: "appended", previousTag: "", event: { seq: 1 } });
    expect(appendedEvent(answer).tag).not.toBe(events[0]?.tag);
    await log().drop(freshRoomId());
  });

  test("7. purges beside appends keep head, floor and what lies between whole", async () => {
    const roomId = freshRoomId();
    const appends = Array.from({ length: 30 }, () => log().append([draftFor(roomId)]));
    const purges = Array.from({ length: 6 }, (_, turn) => log().purge(roomId, turn * 5));
    const removed = await Promise.all(purges);
    await Promise.all(appends);
    const { events, floor } = await log().read(roomId, { after: 0, limit: 100 });
    expect(removed.reduce((sum, count) => sum + count, 0)).toBe(floor.seq);
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 30 - floor.seq }, (_, n) => floor.seq + n + 1));
  });
}
