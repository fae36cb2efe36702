import type { Draft, EventLog, StoredEvent } from "@dialogue/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { draftFor, freshId, freshRoomId } from "../drafts.ts";
import { readAll, seqsOf } from "./whole-log.ts";

/** Promises 2 to 4 of EventLog, for many callers at once. */
export function racing(log: () => EventLog): void {
  const ids = Array.from({ length: 12 }, freshId);
  const drafts = fc.array(
    fc.record({ room: fc.nat(2), id: fc.constantFrom(...ids), hash: fc.constantFrom("first", "first", "other") }),
    { minLength: 1, maxLength: 8 },
  );
  const callers = fc.array(fc.array(drafts, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 8 });

  test("2, 3, 4. appends at once, with resends and conflicts, leave each room whole", async () => {
    await fc.assert(
      fc.asyncProperty(callers, async (batchesOfCallers) => {
        const rooms = [freshRoomId(), freshRoomId(), freshRoomId()];
        const toDraft = ({ room, id, hash }: { room: number; id: string; hash: string }): Draft =>
          draftFor(rooms[room] ?? "", { id, hash, data: { hash } });
        const answered = await Promise.all(
          batchesOfCallers.map(async (batches) => {
            const answers: Answered[] = [];
            for (const batch of batches) answers.push(...(await appendPaired(log(), batch.map(toDraft))));
            return answers;
          }),
        );
        for (const roomId of rooms) await expectWhole(log(), roomId, answered.flat());
      }),
      { numRuns: 25 },
    );
  });

  test("2. a reader beside the writers never sees a hole", async () => {
    const roomId = freshRoomId();
    let isWriting = true;
    const writers = Promise.all(
      Array.from({ length: 6 }, async () => {
        for (let turn = 0; turn < 15; turn++) await log().append([draftFor(roomId), draftFor(roomId)]);
      }),
    ).finally(() => {
      isWriting = false;
    });
    let seen = 0;
    for (let isLast = false; !isLast; ) {
      // Asked before the read: one that began beside the last write may come back without it.
      isLast = !isWriting;
      const { events } = await log().read(roomId, { after: seen, limit: 500 });
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, place) => seen + place + 1));
      seen += events.length;
    }
    await writers;
    expect(seen).toBe(180);
  });

  test("2. appends over the same rooms in opposite orders all succeed", async () => {
    const rooms = Array.from({ length: 6 }, freshRoomId);
    const appends = Array.from({ length: 24 }, (_, turn) => (turn % 2 === 0 ? rooms : rooms.toReversed()));
    await Promise.all(appends.map((ordered) => log().append(ordered.map((roomId) => draftFor(roomId)))));
    for (const head of await log().heads(rooms)) expect(head.head.seq).toBe(24);
  });

  test("3. of many resends at once one makes the event, and all answer it", async () => {
    const draft = draftFor(freshRoomId());
    const answers = await Promise.all(Array.from({ length: 16 }, () => log().append([draft])));
    const statuses = answers.map(([answer]) => answer?.status).sort();
    expect(statuses).toEqual(["appended", ...Array.from({ length: 15 }, () => "duplicate")]);
    expect(await seqsOf(log(), draft.roomId)).toEqual([1]);
  });
}

interface Answered {
  readonly draft: Draft;
  readonly event: StoredEvent | undefined;
  readonly isNew: boolean;
}

async function appendPaired(log: EventLog, drafts: readonly Draft[]): Promise<readonly Answered[]> {
  const answers = await log.append(drafts);
  expect(answers.length).toBe(drafts.length);
  return drafts.map((draft, place) => {
    const answer = answers[place];
    const event = answer && answer.status !== "conflict" ? answer.event : undefined;
    return { draft, event, isNew: answer?.status === "appended" };
  });
}

/** Seqs without a hole, one event for each id, the same one in every answer; a conflict only where another stands. */
async function expectWhole(log: EventLog, roomId: string, answers: readonly Answered[]): Promise<void> {
  const events = await readAll(log, roomId);
  const ofRoom = answers.filter(({ draft }) => draft.roomId === roomId);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, place) => place + 1));
  expect((await log.heads([roomId]))[0]?.head).toEqual({ seq: events.length, tag: events.at(-1)?.tag ?? "" });
  expect(new Set(events.map(({ id }) => id))).toEqual(new Set(ofRoom.map(({ draft }) => draft.id)));
  expect(ofRoom.filter(({ isNew }) => isNew).length).toBe(events.length);
  for (const { draft, event } of ofRoom) {
    const standing = events.find(({ id }) => id === draft.id);
    expect(event).toEqual(standing?.hash === draft.hash ? standing : undefined);
  }
}
