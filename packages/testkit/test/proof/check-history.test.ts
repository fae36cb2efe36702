import { describe, expect, test } from "vitest";
import { checkHistory } from "../../src/proof/check-history.ts";
import type { FaultType } from "../../src/proof/fault.ts";
import type { JournalEntry, JournalLine } from "../../src/proof/journal-entry.ts";
import type { RoomLog } from "../../src/proof/room-log.ts";
import { describeVerdict } from "../../src/proof/verdict.ts";

const roomId = "room";
const tried = (id: string, from?: string): JournalEntry => ({ type: "tried", roomId, id, ...(from ? { from } : {}) });
const acked = (id: string, seq: number): JournalEntry => ({ type: "acked", roomId, id, seq });
const began = (seq: number): JournalEntry => ({ type: "began", roomId, reader: "ann", seq });
const read = (seq: number, id = `id-${seq}`): JournalEntry => ({ type: "read", roomId, reader: "ann", seq, id });
const reset = (reason: "rewound" | "expired", seq: number): JournalEntry => ({
  type: "reset",
  roomId,
  reader: "ann",
  reason,
  seq,
});
const logOf = (count: number, floor = 0): RoomLog => ({
  floor,
  events: Array.from({ length: count - floor }, (_, at) => ({ seq: floor + at + 1, id: `id-${floor + at + 1}` })),
});

const judge = (entries: readonly (JournalEntry | JournalLine)[], log: RoomLog, mayEndShort = false) =>
  checkHistory({ entries, logs: new Map([[roomId, log]]), mayEndShort });

/** A history that keeps every promise: acknowledgements, a repeat of one, a lost reply, a reader over two resumes. */
const sound: readonly JournalEntry[] = [
  began(0),
  tried("id-1", "bob"),
  acked("id-1", 1),
  read(1),
  tried("id-2", "bob"),
  tried("id-3", "cyd"),
  acked("id-3", 3),
  { type: "marked", what: "SIGKILL" },
  began(1),
  read(2),
  read(3),
  acked("id-3", 3),
  began(3),
];

test("a sound history has no fault, and its verdict says how much was judged", async () => {
  const verdict = await judge(sound, logOf(3));
  expect(verdict).toEqual({
    faults: [],
    counts: { tried: 3, acked: 2, events: 3, readers: 1, reads: 3, resumes: 2, resets: 0 },
  });
  expect(describeVerdict(verdict)).toBe(
    "every promise was kept: 2 acknowledged of 3 tried, 3 events in the log; 1 readers, 3 reads, 2 resumes, 0 resets",
  );
});

describe("a history is refused", () => {
  const cases: readonly (readonly [string, FaultType, readonly JournalEntry[], RoomLog])[] = [
    ["an acknowledged event is not in the log", "missing", [acked("id-9", 4)], logOf(3)],
    ["another event stands where one was acknowledged", "missing", [acked("other", 2)], logOf(3)],
    ["an acknowledged event stands elsewhere", "missing", [acked("id-2", 3)], logOf(3)],
    [
      "an id stands twice",
      "doubled",
      [],
      {
        events: [
          { seq: 1, id: "a" },
          { seq: 2, id: "a" },
        ],
      },
    ],
    ["the acknowledgements of an id disagree", "disagreeing", [acked("id-2", 2), acked("id-2", 3)], logOf(3)],
    ["a seq is left out", "hole", [], { events: logOf(4).events.filter(({ seq }) => seq !== 2) }],
    ["the log does not begin at its floor", "hole", [], { events: logOf(5).events.slice(3), floor: 2 }],
    ["a seq stands twice", "disordered", [], { events: [...logOf(2).events, { seq: 2, id: "b" }] }],
    ["what was tried later stands earlier", "disordered", [acked("id-3", 3), tried("id-2")], logOf(3)],
    ["a sender's events changed places", "disordered", [tried("id-3", "bob"), tried("id-2", "bob")], logOf(3)],
    ["a reader was not given an event", "skipped", [began(0), read(1), read(3)], logOf(3)],
    ["a resume was partial", "skipped", [began(0), read(1), began(1), read(3)], logOf(3)],
    [
      "a reader was given an event twice",
      "repeated",
      [began(0), read(1), read(2), began(2), read(2), read(3)],
      logOf(3),
    ],
    ["a reader was given events out of order", "repeated", [began(0), read(1), read(3), read(2)], logOf(3)],
    ["a reader went on further ahead", "resumedElsewhere", [began(0), read(1), began(2), read(3)], logOf(3)],
    ["a reader was not given the end", "short", [began(0), read(1), read(2)], logOf(3)],
    ["a reader was given what is not in the log", "vanished", [began(0), read(1), read(2, "other"), read(3)], logOf(3)],
    ["a reader was given more than the log holds", "vanished", [began(2), read(3), read(4)], logOf(3)],
    ["a reader was reset for nothing", "needlessReset", [began(0), read(1), reset("rewound", 3)], logOf(3)],
    ["a reader was reset above the floor", "needlessReset", [began(0), read(1), reset("expired", 3)], logOf(3, 1)],
  ];

  test.each(cases)("when %s: %s", async (_what, type, entries, log) => {
    const { faults } = await judge(entries, log);
    expect(faults.map((fault) => fault.type)).toContain(type);
    expect(describeVerdict({ faults, counts: (await judge([], log)).counts })).toMatch(/room room, seq \d/);
  });

  test("when a room that was acknowledged in has no log", async () => {
    const { faults } = await checkHistory({ entries: [acked("id-1", 1)], logs: new Map() });
    expect(faults.map(({ type }) => type)).toEqual(["missing"]);
  });
});

describe("no fault is found", () => {
  const cases: readonly (readonly [string, readonly (JournalEntry | JournalLine)[], RoomLog])[] = [
    ["in an event that was acknowledged and then purged", [acked("id-1", 1)], logOf(3, 1)],
    [
      "in a reset of one who had read what was rewound",
      [began(0), read(1), read(2, "lost"), reset("rewound", 3)],
      logOf(3),
    ],
    ["in a reset of one who had fallen below the floor", [began(0), read(1), reset("expired", 3)], logOf(3, 2)],
    ["in a reader that began late", [began(2), read(3)], logOf(3)],
    [
      "in what another writer had acknowledged meanwhile",
      [
        { writer: 1, ...acked("id-3", 3) },
        { writer: 2, ...tried("id-2") },
      ],
      logOf(3),
    ],
  ];

  test.each(cases)("%s", async (_what, entries, log) => {
    expect((await judge(entries, log)).faults).toEqual([]);
  });

  test("in a reader that was ended early, where that is said", async () => {
    expect((await judge([began(0), read(1)], logOf(3), true)).faults).toEqual([]);
  });
});

test("an event of before a rewind is told from the one that stands in its place by its tag", async () => {
  const events = [{ seq: 1, id: "a", tag: "00000002" }];
  const seen: JournalEntry = { type: "read", roomId, reader: "ann", seq: 1, id: "a", tag: "00000001" };
  const { faults } = await judge([began(0), seen], { events });
  expect(faults.map(({ type }) => type)).toEqual(["vanished"]);
  expect((await judge([began(0), seen, reset("rewound", 1)], { events })).faults).toEqual([]);
});

test("the report names room, seq and id of the first faults, and counts the rest", async () => {
  const verdict = await judge(
    [1, 2, 3, 4].map((seq) => acked(`lost-${seq}`, seq)),
    { events: [] },
  );
  expect(describeVerdict(verdict, 2).split("\n")).toEqual([
    "4 faults: 4 acknowledged of 0 tried, 0 events in the log; 0 readers, 0 reads, 0 resumes, 0 resets",
    "  4 missing (I1)",
    "  missing: room room, seq 1, id lost-1: was acknowledged; the log ends at 0",
    "  missing: room room, seq 2, id lost-2: was acknowledged; the log ends at 0",
    "  … and 2 more",
  ]);
});
