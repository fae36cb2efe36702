import { type Cursor, parseCursor } from "@dialogue/events";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Witness, World } from "./hub-world.ts";

/** What the log goes through before anyone comes back. */
interface Past {
  readonly seed: number;
  readonly events: number;
  /** Purged of those; counted from the oldest. */
  readonly purged: number;
  /** Lost of those, as by a restored backup; counted from the newest. */
  readonly rewound: number;
  /** Appended after that, under new tags. */
  readonly regrown: number;
  readonly ringEvents: number;
  readonly readEvents: number;
  /** Whether the node had the room open all the while, and how long ago the last change was for it. */
  readonly tail: "cold" | "open" | "unaware";
}

const past: fc.Arbitrary<Past> = fc.record({
  seed: fc.nat(),
  events: fc.nat({ max: 12 }),
  purged: fc.nat({ max: 12 }),
  rewound: fc.nat({ max: 6 }),
  regrown: fc.nat({ max: 8 }),
  ringEvents: fc.integer({ min: 1, max: 12 }),
  readEvents: fc.integer({ min: 1, max: 6 }),
  tail: fc.constantFrom("cold", "open", "unaware"),
});

/** Longer than any silent change may go unnoticed. */
const boundMs = 6_000;

/** Lives through the past; answers every cursor that anyone may come back with: true ones, lost ones, forged ones. */
async function live(world: World, { events, purged, rewound, regrown, tail }: Past): Promise<readonly Cursor[]> {
  if (tail !== "cold") new Witness(world).attach({ from: "floor" });
  const cursors = new Set<Cursor>(["0."]);
  const note = (): void => {
    for (const { seq, tag } of world.log.events("room")) cursors.add(`${seq}.${tag}`);
  };
  world.appendMany(events);
  note();
  await world.clock.advance(100);
  await world.log.purge("room", purged);
  world.log.rewind("room", rewound);
  for (let n = 0; n < regrown; n++) world.append(0, { crashes: true });
  note();
  if (tail !== "unaware") await world.clock.advance(boundMs);
  const { head } = world.log.headOf("room");
  for (let seq = 1; seq <= head.seq + 3; seq++) cursors.add(`${seq}.f0f0f0f0`);
  return [...cursors];
}

/** What a resume must yield: the whole rest, or one reset and nothing of the rest. */
function dueAfter(world: World, cursor: Cursor): readonly (number | string)[] {
  const place = parseCursor(cursor);
  if (!place) throw new Error("not a cursor");
  if (world.log.holds("room", place))
    return world.log.events("room").flatMap(({ seq }) => (seq > place.seq ? [seq] : []));
  return [place.seq < world.log.headOf("room").floor.seq ? "reset expired" : "reset rewound"];
}

test("from any cursor, whatever was purged and rewound: the whole rest or one reset, never a part; then live (I5)", async () => {
  await fc.assert(
    fc.asyncProperty(past, async (given) => {
      const { seed, ringEvents, readEvents, tail } = given;
      const world = new World({ seed, limits: { ringEvents, readEvents } });
      const cursors = await live(world, given);
      const readers = cursors.map((cursor) => {
        const reader = new Witness(world);
        reader.cursor = cursor;
        return { cursor, reader: reader.attach({ from: "cursor", cursor }), due: dueAfter(world, cursor) };
      });
      await world.clock.advance(boundMs);
      // A node that has not heard of a rewind yet may still tell what was, in order; the reset is then due all the same.
      if (tail !== "unaware")
        expect(readers.map(({ cursor, reader }) => [cursor, reader.story])).toEqual(
          readers.map(({ cursor, due }) => [cursor, due]),
        );
      const { seq } = world.append();
      await world.clock.advance(boundMs);
      expect(readers.flatMap(({ reader }) => reader.faults)).toEqual([]);
      expect(readers.map(({ reader }) => reader.story.at(-1))).toEqual(readers.map(() => seq));
      await world.close();
    }),
    { numRuns: Number(process.env.HUB_RUNS ?? 300) },
  );
});
