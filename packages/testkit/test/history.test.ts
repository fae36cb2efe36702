import { readHistory } from "@dialogue/core";
import { DialogueError, defaultLimits, type HistoryPage, type HistoryQuery } from "@dialogue/events";
import fc from "fast-check";
import { expect, test } from "vitest";
import { World } from "./hub-world.ts";

function worldOf(count: number): World {
  const world = new World();
  for (let n = 1; n <= count; n++) world.append(0, { event: n % 3 === 0 ? "note" : "message" });
  return world;
}

function read(world: World, query: HistoryQuery = {}): Promise<HistoryPage> {
  return readHistory(world.log, "room", query, defaultLimits);
}

function seqsOf({ events }: HistoryPage): number[] {
  return events.map(({ seq }) => seq);
}

function cursorAt(world: World, seq: number): string {
  const place = seq === 0 ? { seq, tag: "" } : world.log.events("room").find((event) => event.seq === seq);
  return `${place?.seq}.${place?.tag}`;
}

function upTo(last: number, first = 1): number[] {
  return Array.from({ length: last - first + 1 }, (_, n) => first + n);
}

async function refusalOf(page: Promise<HistoryPage>): Promise<string | undefined> {
  return page.then(
    () => undefined,
    (error: unknown) => (error instanceof DialogueError ? error.code : String(error)),
  );
}

test("without a place the newest fifty are answered, oldest first", async () => {
  const world = worldOf(60);
  const page = await read(world);
  expect(seqsOf(page)).toEqual(upTo(60, 11));
  expect([page.older, page.newer]).toEqual([cursorAt(world, 10), undefined]);
  expect(Object.keys(page.events[0] ?? {})).toEqual(["id", "roomId", "seq", "event", "data", "from", "timestamp"]);
});

test("an empty room has one empty page", async () => {
  expect(await read(new World())).toEqual({ events: [] });
});

test("before takes in the event at its cursor, after begins behind it", async () => {
  const world = worldOf(10);
  const before = await read(world, { before: cursorAt(world, 6), limit: 3 });
  expect([seqsOf(before), before.older, before.newer]).toEqual([[4, 5, 6], cursorAt(world, 3), cursorAt(world, 6)]);
  const after = await read(world, { after: cursorAt(world, 6), limit: 3 });
  expect([seqsOf(after), after.older, after.newer]).toEqual([[7, 8, 9], cursorAt(world, 6), cursorAt(world, 9)]);
  const last = await read(world, { after: cursorAt(world, 9), limit: 3 });
  expect([seqsOf(last), last.newer]).toEqual([[10], undefined]);
  const first = await read(world, { after: "0.", limit: 2 });
  expect([seqsOf(first), first.older]).toEqual([[1, 2], undefined]);
});

test("around shows both sides of an event, and that one", async () => {
  const world = worldOf(10);
  const id = world.log.events("room")[5]?.id ?? "";
  const page = await read(world, { around: id, limit: 5 });
  expect([seqsOf(page), page.older, page.newer]).toEqual([[4, 5, 6, 7, 8], cursorAt(world, 3), cursorAt(world, 8)]);
  const one = await read(world, { around: id, limit: 1 });
  expect([seqsOf(one), one.newer]).toEqual([[6], cursorAt(world, 6)]);
});

test("paging either way shows every event of the named kinds once, whatever is appended between two pages", async () => {
  const sizes = fc.record({
    count: fc.nat({ max: 40 }),
    limit: fc.integer({ min: 1, max: 9 }),
    filtered: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(sizes, async ({ count, limit, filtered }) => {
      const world = worldOf(count);
      const events = filtered ? { events: ["note"] } : {};
      const wanted = upTo(count).filter((seq) => !filtered || seq % 3 === 0);
      const back: number[] = [];
      let page = await read(world, { limit, ...events });
      back.unshift(...seqsOf(page));
      while (page.older !== undefined) {
        world.append(0, { event: "message" });
        page = await read(world, { before: page.older, limit, ...events });
        back.unshift(...seqsOf(page));
      }
      expect(back).toEqual(wanted);

      const forth: number[] = [];
      for (let after: string | undefined = "0."; after !== undefined; after = page.newer) {
        page = await read(world, { after, limit, events: ["note"] });
        forth.push(...seqsOf(page));
      }
      expect(forth).toEqual(upTo(count).filter((seq) => seq % 3 === 0));
    }),
  );
});

test("a redacted event is left out and hides no neighbour", async () => {
  const world = worldOf(6);
  for (const seq of [4, 5, 6]) await world.log.redact("room", world.log.events("room")[seq - 1]?.id ?? "");
  const page = await read(world, { limit: 3 });
  expect([seqsOf(page), page.older]).toEqual([[], cursorAt(world, 3)]);
  expect(seqsOf(await read(world, { before: page.older ?? "", limit: 3 }))).toEqual([1, 2, 3]);
});

test("what retention removed is not before the first page, and its floor is still a place", async () => {
  const world = worldOf(6);
  const [floor, gone] = [cursorAt(world, 3), cursorAt(world, 2)];
  await world.log.purge("room", 3);
  const page = await read(world, { after: floor });
  expect([seqsOf(page), page.older]).toEqual([[4, 5, 6], undefined]);
  const before = await read(world, { before: floor });
  expect([seqsOf(before), before.older, before.newer]).toEqual([[], undefined, floor]);
  expect(await refusalOf(read(world, { after: gone }))).toBe("INVALID_REQUEST");
});

test("what cannot be a page is refused with INVALID_REQUEST", async () => {
  const world = worldOf(6);
  const here = cursorAt(world, 3);
  const queries: HistoryQuery[] = [
    { limit: 0 },
    { limit: 201 },
    { limit: 1.5 },
    { limit: Number.NaN },
    { before: "nonsense" },
    { after: "3.deadbeef" },
    { before: "99.deadbeef" },
    { around: "no-such-id" },
    { before: here, after: here },
    { after: here, around: "id-1" },
  ];
  for (const query of queries) expect([query, await refusalOf(read(world, query))]).toEqual([query, "INVALID_REQUEST"]);
  world.log.rewind("room", 6);
  world.appendMany(6);
  expect(await refusalOf(read(world, { before: here }))).toBe("INVALID_REQUEST");
});
