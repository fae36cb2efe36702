/** @typedef {import("./mutant.mjs").Mutant} Mutant */

const delivery = "packages/client/test/delivery.test.ts";
const contiguity = "packages/client/test/contiguity.test.ts";
const pace = "packages/client/test/pace.test.ts";

/** Faults of the client's half. @type {readonly Mutant[]} */
export const clientMutants = [
  {
    name: "a retry makes a new id",
    breaks: "I2: an event is sent again under the id of its first try",
    edits: [
      {
        file: "packages/client/src/sender.ts",
        find: "const call = triggerCall(entry.draft.roomId, entry.draft);",
        put: "const call = triggerCall(entry.draft.roomId, { ...entry.draft, id: globalThis.crypto.randomUUID() });",
      },
    ],
    caughtBy: [{ file: delivery, test: "an event whose answer was lost is in the log once" }],
  },
  {
    name: "the outbox sends two at a time",
    breaks: "a person's messages keep their order",
    edits: [
      {
        file: "packages/client/src/sender.ts",
        find: "for (const entry of waiting) if (!(await sendOne(entry))) return;",
        put: "await Promise.all(waiting.slice(0, 2).map(sendOne));\n      if (!canSend()) return;",
      },
    ],
    caughtBy: [{ file: delivery, test: "an event is sent once the one before it was answered" }],
  },
  {
    name: "what fails for good is tried again",
    breaks: "a retry only where the table of errors says so",
    edits: [
      {
        file: "packages/client/src/sender.ts",
        find: "if (refusal?.retry) await",
        put: "if (refusal) await",
      },
    ],
    caughtBy: [{ file: delivery, test: "a refused trigger is its own answer, and those behind it go on" }],
  },
  {
    name: "unlimited outbox",
    breaks: "I8: a full outbox refuses",
    edits: [
      {
        file: "packages/client/src/outbox.ts",
        find: "if (mine.length >= outboxSize) {",
        put: "if (mine.length < 0) {",
      },
    ],
    caughtBy: [{ file: delivery, test: "a full outbox refuses" }],
  },
  {
    name: "a gap is passed over",
    breaks: "I4: the client asserts that what it gets is contiguous",
    edits: [
      {
        file: "packages/client/src/log-stream.ts",
        find: "if (last === undefined || seq !== last + 1) return false;",
        put: "if (last === undefined || seq <= last) return false;",
      },
    ],
    caughtBy: [{ file: contiguity, test: "an event that comes too early is reported and asked for again" }],
  },
  {
    name: "a repeat is passed on",
    breaks: "I4: an event is told once",
    edits: [
      {
        file: "packages/client/src/log-stream.ts",
        find: "if (last === undefined || seq !== last + 1) return false;",
        put: "if (last === undefined || seq > last + 1) return false;",
      },
    ],
    caughtBy: [{ file: contiguity, test: "an event that comes again is a fault too" }],
  },
  {
    name: "who subscribes anew begins where it first began",
    breaks: "I5: the cursor moves with what was seen",
    edits: [
      {
        file: "packages/client/src/log-stream.ts",
        find: "cursor = tracked.id;",
        put: "cursor ??= tracked.id;",
      },
    ],
    caughtBy: [{ file: contiguity, test: "does not end a subscription for good" }],
  },
  {
    name: "a socket that was accepted clears what failed before it",
    breaks: "back-off also against a server that accepts and closes",
    edits: [
      {
        file: "packages/client/src/pace.ts",
        find: "clock.elapsed() - welcomedAt >= soundMs;",
        put: "clock.elapsed() - welcomedAt >= 0;",
      },
    ],
    caughtBy: [{ file: pace, test: "only a connection that lived for a while clears what failed before it" }],
  },
];
