import type { EventLog, ReadResult } from "@dialogue/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { draftFor, freshId, freshRoomId } from "../drafts.ts";
import { readAll } from "./whole-log.ts";

/** What a range of the log answers, both ways. */
export function reading(log: () => EventLog): void {
  async function roomOf(names: readonly string[]): Promise<string> {
    const roomId = freshRoomId();
    await log().append(names.map((event) => draftFor(roomId, { event })));
    return roomId;
  }
  const seqs = ({ events }: ReadResult): number[] => events.map(({ seq }) => seq);

  test.each([
    ["from the start", { after: 0, limit: 3 }, [1, 2, 3]],
    ["after a seq", { after: 2, limit: 2 }, [3, 4]],
    ["up to a seq", { after: 1, limit: 10, upTo: 3 }, [2, 3]],
    ["after the head", { after: 6, limit: 10 }, []],
    ["far after the head", { after: 600, limit: 10 }, []],
    ["of an empty range", { after: 3, limit: 10, upTo: 3 }, []],
    ["of named events", { after: 1, limit: 2, events: ["b", "c"] }, [2, 3]],
    ["of named events up to a seq", { after: 0, limit: 10, upTo: 4, events: ["a"] }, [1, 4]],
    ["of a name nobody used", { after: 0, limit: 10, events: ["x"] }, []],
    ["of no name at all", { after: 0, limit: 10, events: [] }, []],
    ["backwards from the head", { backwards: true, limit: 2 }, [6, 5]],
    ["backwards from a seq", { backwards: true, limit: 2, upTo: 3 }, [3, 2]],
    ["backwards past the start", { backwards: true, limit: 10, upTo: 2 }, [2, 1]],
    ["backwards from beyond the head", { backwards: true, limit: 1, upTo: 99 }, [6]],
    ["backwards of named events", { backwards: true, limit: 2, events: ["a"] }, [4, 1]],
  ] as const)("reads %s", async (_what, range, expected) => {
    const roomId = await roomOf(["a", "b", "c", "a", "b", "c"]);
    expect(seqs(await log().read(roomId, range))).toEqual(expected);
  });

  test("a room without events reads as empty, both ways", async () => {
    const empty = { events: [], floor: { seq: 0, tag: "" } };
    expect(await log().read(freshRoomId(), { after: 0, limit: 5 })).toEqual(empty);
    expect(await log().read(freshRoomId(), { backwards: true, limit: 5 })).toEqual(empty);
  });

  test("finds no event by an id of another room", async () => {
    const roomId = await roomOf(["a"]);
    const [event] = await readAll(log(), roomId);
    expect(await log().find(freshRoomId(), event?.id ?? "")).toBeUndefined();
    expect(await log().find(roomId, freshId())).toBeUndefined();
  });

  test("any range answers what the same range of the whole log holds", async () => {
    const names = ["a", "b", "c"];
    const roomId = await roomOf(Array.from({ length: 20 }, (_, place) => names[(place * 7) % 3] ?? "a"));
    const whole = await readAll(log(), roomId);
    const bound = fc.integer({ min: 0, max: 23 });
    const range = fc.record(
      { after: bound, upTo: bound, limit: fc.integer({ min: 1, max: 9 }), events: fc.subarray(names) },
      { requiredKeys: ["after", "limit"] },
    );
    await fc.assert(
      fc.asyncProperty(range, fc.boolean(), async ({ after, ...given }, backwards) => {
        const from = backwards ? 0 : after;
        const fits = whole.filter(({ seq, event }) => {
          return seq > from && seq <= (given.upTo ?? 99) && (given.events?.includes(event) ?? true);
        });
        const found = await log().read(roomId, backwards ? { backwards: true, ...given } : { after, ...given });
        expect(found.events).toEqual((backwards ? fits.reverse() : fits).slice(0, given.limit));
      }),
      { numRuns: 60 },
    );
  });
}
