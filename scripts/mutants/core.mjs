/** @typedef {import("./mutant.mjs").Mutant} Mutant */

const hub = "packages/testkit/test/hub.test.ts";
const feed = "packages/testkit/test/feed.test.ts";
const access = "packages/testkit/test/core-access.test.ts";
const trigger = "packages/testkit/test/core-trigger.test.ts";
const consume = "packages/testkit/test/core-consume.test.ts";
const history = "packages/testkit/test/history.test.ts";
const schedules = {
  file: "packages/testkit/test/hub-property.test.ts",
  test: "whatever is lost, late, doubled or broken",
};
const everyCursor = { file: hub, test: "every cursor either resumes exactly or is reset once" };

/** Faults of the heart: tail, reader, trigger, rights. @type {readonly Mutant[]} */
export const coreMutants = [
  {
    name: "subscribe after read",
    breaks: "I4: what is said between the read of the log and the subscription to its bells is heard",
    edits: [
      {
        file: "packages/core/src/log/tail.ts",
        find: "this.opened = listening.then(() => options.checker.ask(this));",
        put: "this.opened = options.checker.ask(this).then(() => listening);",
      },
    ],
    caughtBy: [{ file: hub, test: "published while the backplane is being subscribed to is not missed" }],
    isQuick: true,
  },
  {
    name: "no head check",
    breaks: "I6: a lost last bell costs seconds, not the event",
    edits: [
      {
        file: "packages/core/src/log/hub.ts",
        find: "check: () => void checkAll() });",
        put: "check: () => undefined });",
      },
    ],
    caughtBy: [{ file: hub, test: "a lost last bell costs a head check" }],
  },
  {
    name: "trust the bell",
    breaks: "I4: only the next seq moves the position, whatever a bell says",
    edits: [
      {
        file: "packages/core/src/log/tail.ts",
        find: "    this.pending.hear(bell, this.roomId, this.seq + 1);\n",
        put: "    this.pending.hear(bell, this.roomId, this.seq + 1);\n    if (this.isLive) ({ seq: this.seq, tag: this.tag } = { seq: bell.seq - 1, tag: bell.previousTag });\n",
      },
    ],
    caughtBy: [schedules],
  },
  {
    name: "the predecessor's tag is not compared",
    breaks: "I4: an event of a log that was rewound is not appended to what was read before",
    edits: [
      {
        file: "packages/core/src/log/tail.ts",
        find: "if (!next || next.previousTag === this.tag) return next;",
        put: "if (!next || next.previousTag !== undefined) return next;",
      },
    ],
    caughtBy: [schedules],
  },
  {
    name: "no tag check",
    breaks: "I5: a cursor of a log that was rewound is reset, never served from another event",
    edits: [
      {
        file: "packages/core/src/log/reader.ts",
        find: 'if (tag !== this.tag) return this.voidBy("rewound");',
        put: 'if (tag === undefined) return this.voidBy("rewound");',
      },
    ],
    caughtBy: [everyCursor],
    isQuick: true,
  },
  {
    name: "a purge is passed over in silence",
    breaks: "I5: a resume from before the floor ends in reset",
    edits: [
      {
        file: "packages/core/src/log/reader.ts",
        find: 'if (this.seq < page.floor.seq) return this.voidBy("expired");',
        put: "if (this.seq < page.floor.seq) ({ seq: this.seq, tag: this.tag } = page.floor);",
      },
    ],
    caughtBy: [
      everyCursor,
      { file: "packages/testkit/test/core-retention.test.ts", test: "ends a resume from before the floor in a reset" },
    ],
  },
  {
    name: "a cursor ahead of the tail is believed",
    breaks: "I5: a cursor that names more than the log holds is reset",
    edits: [
      {
        file: "packages/core/src/log/reader.ts",
        find: 'if (this.standing === "confirmed" && this.seq > tail.seq) return undefined;',
        put: "if (this.seq > tail.seq) return undefined;",
      },
    ],
    caughtBy: [everyCursor, { file: hub, test: "a reader that is ahead of the tail is judged too" }],
  },
  {
    name: "a cursor ahead of the tail is taken for the tail's own",
    breaks: "I4: a reader that comes from a node that is ahead repeats nothing",
    edits: [
      {
        file: "packages/core/src/log/reader.ts",
        find: "    // Another node has told this reader more than this one has heard so far: the tail will come.\n",
        put: "    if (this.seq > tail.seq) this.standAtTail();\n",
      },
    ],
    caughtBy: [{ file: hub, test: "a reader that comes from a node that is ahead" }],
  },
  {
    name: "ready stands at the head",
    breaks: "I4: who is cut off before the replay comes back to where it began",
    edits: [
      {
        file: "packages/core/src/log/herald.ts",
        find: 'return { cursor: cursorAt(place), data: { type: "ready"',
        put: 'return { cursor: cursorAt(place && head), data: { type: "ready"',
      },
    ],
    caughtBy: [{ file: hub, test: "ready stands at the place where the reader begins" }],
  },
  {
    name: "the ring keeps what was redacted",
    breaks: "a redacted event is told to nobody any more",
    edits: [
      {
        file: "packages/core/src/log/ring.ts",
        find: "    if (!kept) return;\n    this.kept[index]",
        put: "    if (!kept || this.bytes >= 0) return;\n    this.kept[index]",
      },
    ],
    caughtBy: [{ file: hub, test: "a redacted event leaves the memory of every node" }],
  },
  {
    name: "a read that a redaction overtook is used",
    breaks: "a redacted event is told to nobody any more",
    edits: [
      {
        file: "packages/core/src/log/tail.ts",
        find: "    // A read under way may have found it as it was: it is made again.\n    this.history++;\n",
        put: "",
      },
    ],
    caughtBy: [{ file: hub, test: "what a read that a redaction overtook has found is not used" }],
  },
  {
    name: "a redaction is not told to who has read the event",
    breaks: "a redacted event goes from the screens that show it",
    edits: [
      {
        file: "packages/core/src/log/hub.ts",
        find: "    for (const reader of room?.readers ?? []) reader.redact(seqs);\n",
        put: "",
      },
    ],
    caughtBy: [
      {
        file: "packages/testkit/test/core-retention.test.ts",
        test: "is told to whoever has read the event, on every node",
      },
    ],
  },
  {
    name: "a wake within a write is lost",
    breaks: "I4: a reader whose sink has room goes on",
    edits: [
      {
        file: "packages/core/src/log/reader.ts",
        find: "this.isFull = !this.options.sink.write(frame) && wakes === this.wakes;",
        put: "this.isFull = !this.options.sink.write(frame) && wakes >= 0;",
      },
    ],
    caughtBy: [{ file: hub, test: "a sink that is woken before its write has answered false is not forgotten" }],
  },
  {
    name: "unlimited queue of a feed",
    breaks: "I8: a subscriber that does not read costs a bounded queue",
    edits: [
      {
        file: "packages/core/src/log/feed.ts",
        find: "this.isFull = this.frames.length >= this.limit;",
        put: "this.isFull = this.frames.length < 0;",
      },
    ],
    caughtBy: [
      { file: feed, test: "at most `limit` frames wait" },
      { file: feed, test: "a consumer that is slower than a room holds `limit` frames" },
    ],
    isQuick: true,
  },
  {
    name: "a revoked reader still gets what waits",
    breaks: "I10: what is queued goes with the right to read it",
    edits: [
      {
        file: "packages/core/src/log/feed.ts",
        find: "    if (error) this.frames = [];\n",
        put: "",
      },
    ],
    caughtBy: [{ file: feed, test: "the end of the source lets what waits be read; its refusal does not" }],
  },
  {
    name: "a resume asks nobody's right",
    breaks: "I10: rights are judged at each resume",
    edits: [
      {
        file: "packages/core/src/subscriptions.ts",
        find: 'return subscribe(caller, roomId, "join", open, true);',
        put: 'if (cursor === undefined) return subscribe(caller, roomId, "join", open, true);\n      return { attach: (sink) => hub.subscribe(roomId, { from: "cursor", cursor }, sink, allowed) };',
      },
    ],
    caughtBy: [{ file: access, test: "is refused to whoever was sent away meanwhile" }],
  },
  {
    name: "a resumed reader's right is not asked for again",
    breaks: "I10: a right that ends ends the subscription, however it began",
    edits: [
      {
        file: "packages/core/src/subscriptions.ts",
        find: 'const allowed = (): Promise<boolean> => stillAllows(caller.user, "join", roomId);',
        put: 'const allowed = async () => cursor !== undefined || stillAllows(caller.user, "join", roomId);',
      },
    ],
    caughtBy: [{ file: access, test: "by a caller without a session ends with the right" }],
    isQuick: true,
  },
  {
    name: "a page that was awaited is written without asking again",
    breaks: "I10: a right that ends while a page is read ends the reader first",
    edits: [
      {
        file: "packages/core/src/log/reader.ts",
        find: "if (!page || !(await this.rights.confirm())) return;",
        put: "if (!page) return;",
      },
    ],
    caughtBy: [{ file: hub, test: "a right that ends while a page is awaited" }],
  },
  {
    name: "a lost revocation is not looked for",
    breaks: "I10: without news a revocation is found by the head check",
    edits: [
      {
        file: "packages/core/src/log/tail.ts",
        find: "if (hasChanged && this.isLive) this.options.accessChanged();",
        put: "if (hasChanged && !this.isLive) this.options.accessChanged();",
      },
    ],
    caughtBy: [{ file: hub, test: "a change of rights of which the news was lost" }],
  },
  {
    name: "publish before commit",
    breaks: "I7: nobody sees what may still be rolled back",
    edits: [
      {
        file: "packages/core/src/trigger/transact.ts",
        find: "later: (tell) => tells.push(tell),",
        put: "later: tellSafely,",
      },
    ],
    caughtBy: [
      {
        file: "apps/server/test/transaction.test.ts",
        test: "shows a subscriber the event after the commit and never before",
      },
    ],
  },
  {
    name: "acknowledged before the log answers",
    breaks: "I1: what trigger resolved with is in the log",
    edits: [
      {
        file: "packages/core/src/trigger/commit.ts",
        find: '      const appended = await within(limits.portMs, `append to room ${accepted.room.id}`, appendAndTell(accepted));\n      if (appended.status === "conflict") throw conflict(accepted);\n      return envelopeOf(appended.event);\n',
        put: '      appendAndTell(accepted).catch((error: unknown) => report(error, "append"));\n      const { id, room, event, data, from } = accepted;\n      return { id, roomId: room.id, event: event.name, data, from, timestamp: 0 };\n',
      },
    ],
    caughtBy: [{ file: trigger, test: "times out when the log does not answer" }],
  },
  {
    name: "hash after hooks",
    breaks: "I2: the same draft again is the same event, whatever a hook makes of it",
    edits: [
      {
        file: "packages/core/src/trigger/trigger.ts",
        find: "    return accept({ ...proposal, data, meta });\n",
        put: "    const hash = proposalHash({ event: event.name, data: dataJson(data, event.name, limits), meta });\n    return accept({ ...proposal, data, meta, hash });\n",
      },
    ],
    caughtBy: [{ file: trigger, test: "answers the first event, and no hook or listener sees it again" }],
  },
  {
    name: "a hook runs again on a resend",
    breaks: "a resend is answered with the first event and runs nothing",
    edits: [
      {
        file: "packages/core/src/trigger/trigger.ts",
        find: "const standing = beforeEach && (await commit.standing(accepted));",
        put: "const standing = beforeEach && undefined;",
      },
    ],
    caughtBy: [{ file: trigger, test: "answers the first event, and no hook or listener sees it again" }],
  },
  {
    name: "a conflict is answered as a duplicate",
    breaks: "I2: another draft, or another user, under a used id is refused",
    edits: [
      {
        file: "packages/core/src/memory/memory-event-log.ts",
        find: 'return isSameDraft(standing, draft) ? { status: "duplicate", event: standing } : { status: "conflict" };',
        put: 'return { status: isSameDraft(standing, draft) ? "duplicate" : "duplicate", event: standing };',
      },
    ],
    caughtBy: [{ file: "packages/testkit/test/memory-log.test.ts", test: "under the same id is a conflict" }],
  },
  {
    name: "an event outlives the deletion of its room",
    breaks: "a room that is made under the id of a deleted one begins empty",
    edits: [
      {
        file: "packages/core/src/trigger/trigger.ts",
        find: "if (!watch.isDeleted) return envelope;",
        put: "if (!watch.isDeleted || envelope) return envelope;",
      },
    ],
    caughtBy: [
      { file: "packages/testkit/test/core-rooms.test.ts", test: "takes no event of a trigger that was under way" },
    ],
  },
  {
    name: "a consumer keeps its place before the work is done",
    breaks: "a consumer is told at least once",
    edits: [
      {
        file: "packages/core/src/consumers/consumer.ts",
        find: "    if ((await handle(data.event)) && claim.isHeld()) await keepPlace(cursor);\n",
        put: "    if (claim.isHeld()) await keepPlace(cursor);\n    await handle(data.event);\n",
      },
    ],
    caughtBy: [{ file: consume, test: "misses nothing and goes back by no more than what was in hand" }],
  },
  {
    name: "an older page leaves out the event at its cursor",
    breaks: "pages meet without a gap",
    edits: [
      {
        file: "packages/core/src/history.ts",
        find: "log.read(roomId, { ...backwards, upTo: seq }),",
        put: "log.read(roomId, { ...backwards, upTo: seq - 1 }),",
      },
    ],
    caughtBy: [{ file: history, test: "paging either way shows every event of the named kinds once" }],
  },
];
