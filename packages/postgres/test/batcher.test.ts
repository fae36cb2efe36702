import type { Draft } from "@dialogue/core";
import { draftFor } from "@dialogue/testkit";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Outcome } from "../src/append.ts";
import { type BatchOptions, batchDefaults } from "../src/batch-limits.ts";
import { type Batcher, createBatcher } from "../src/batcher.ts";
import type { Line } from "../src/line.ts";

interface Trial {
  readonly batcher: Batcher;
  /** The batches under way, in the order in which they began. */
  readonly underWay: Batch[];
}

interface Batch {
  readonly drafts: readonly Draft[];
  readonly finish: (outcome?: (line: Line) => Outcome) => Promise<void>;
  readonly fail: (error: Error) => Promise<void>;
}

function trial(options: BatchOptions = {}): Trial {
  const underWay: Batch[] = [];
  const write = (lines: readonly Line[]): Promise<readonly Outcome[]> => {
    const { promise, resolve, reject } = deferred<readonly Outcome[]>();
    const end = (): Promise<void> => {
      underWay.splice(underWay.indexOf(batch), 1);
      return tick();
    };
    const batch: Batch = {
      drafts: lines.map(({ draft }) => draft),
      finish(outcome = made) {
        resolve(lines.map(outcome));
        return end();
      },
      fail(error) {
        reject(error);
        return end();
      },
    };
    underWay.push(batch);
    return promise;
  };
  return { batcher: createBatcher(write, { ...batchDefaults, ...options }), underWay };
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}

function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What a promise came to in this turn: its refusal, or that it waits. */
function atOnce(work: Promise<unknown>): Promise<unknown> {
  const settled = work.then(
    () => "it was appended",
    (refusal: unknown) => refusal,
  );
  return Promise.race([settled, tick().then(() => "it waits")]);
}

/** An answer that shows which draft it belongs to. */
function made({ draft, tag }: Line): Outcome {
  const event = { ...draft, seq: 1, tag, timestamp: 0, redacted: false };
  return { appended: { status: "appended", event, previousTag: "" } };
}

const textsOf = (batch: Batch | undefined) => batch?.drafts.map(({ roomId, event }) => `${roomId}${event}`).join(" ");
const draft = (roomId: string, event: string, facts: Partial<Draft> = {}): Draft =>
  draftFor(roomId, { event, ...facts });

test("what comes while a write is under way goes together, and a turn's appends as well", async () => {
  const { batcher, underWay } = trial({ writers: 1 });
  const answers = [batcher.append([draft("a", "1")]), batcher.append([draft("a", "2")])];
  await tick();
  answers.push(batcher.append([draft("a", "3")]));
  await tick();
  answers.push(batcher.append([draft("b", "1"), draft("a", "4")]));
  await tick();
  expect(underWay.map(textsOf)).toEqual(["a1 a2"]);
  await underWay[0]?.finish();
  expect(underWay.map(textsOf)).toEqual(["a3 b1 a4"]);
  await underWay[0]?.finish();
  const events = (await Promise.all(answers)).flat().map((answer) => "event" in answer && answer.event.event);
  expect(events).toEqual(["1", "2", "3", "1", "4"]);
});

test("a room with a long queue leaves the others their place in the next batch", async () => {
  const { batcher, underWay } = trial({ writers: 1, drafts: 4 });
  const hot = Array.from({ length: 20 }, (_, turn) => draft("hot", `${turn}`));
  void batcher.append(hot);
  await tick();
  for (const roomId of ["x", "y", "z"]) void batcher.append([draft(roomId, "1")]);
  await underWay[0]?.finish();
  expect(textsOf(underWay[0])).toBe("hot4 x1 y1 z1");
  await underWay[0]?.finish();
  expect(textsOf(underWay[0])).toBe("hot5 hot6 hot7 hot8");
});

test("rooms have their turn when there are more of them than a batch holds", async () => {
  const { batcher, underWay } = trial({ writers: 1, drafts: 2 });
  for (const turn of ["1", "2"]) for (const roomId of ["a", "b", "c"]) void batcher.append([draft(roomId, turn)]);
  await tick();
  const batches: unknown[] = [];
  while (underWay.length > 0) {
    batches.push(textsOf(underWay[0]));
    await underWay[0]?.finish();
  }
  expect(batches).toEqual(["a1 b1", "c1 a2", "b2 c2"]);
});

test("no two writes under way touch one room", async () => {
  const { batcher, underWay } = trial({ writers: 2 });
  void batcher.append([draft("a", "1")]);
  await tick();
  void batcher.append([draft("a", "2"), draft("b", "1")]);
  await tick();
  expect(underWay.map(textsOf)).toEqual(["a1", "b1"]);
  void batcher.append([draft("c", "1")]);
  await tick();
  expect(underWay.length).toBe(2);
  await underWay[1]?.finish();
  expect(underWay.map(textsOf)).toEqual(["a1", "c1"]);
  await underWay[0]?.finish();
  expect(underWay.map(textsOf)).toEqual(["c1", "a2"]);
});

test("a room that is held waits until the last hold is released, and the others go on", async () => {
  const { batcher, underWay } = trial();
  const [release, releaseToo] = [batcher.hold("a"), batcher.hold("a")];
  void batcher.append([draft("a", "1"), draft("b", "1")]);
  await tick();
  release();
  await tick();
  expect(underWay.map(textsOf)).toEqual(["b1"]);
  releaseToo();
  await tick();
  expect(underWay.map(textsOf)).toEqual(["b1", "a1"]);
  for (const batch of [...underWay]) await batch.finish();
});

test("an id that comes again waits for the first, and what stands behind it keeps its place", async () => {
  const { batcher, underWay } = trial();
  const first = draft("a", "1");
  void batcher.append([first, { ...first, event: "again" }, draft("a", "2"), { ...first, roomId: "b" }]);
  await tick();
  expect(textsOf(underWay[0])).toBe("a1 b1");
  await underWay[0]?.finish();
  expect(textsOf(underWay[0])).toBe("aagain a2");
});

test("a batch has a limit in bytes, and a draft beyond it goes alone", async () => {
  const { batcher, underWay } = trial({ writers: 1, bytes: 2_000 });
  const large = { data: { text: "x".repeat(5_000) } };
  void batcher.append([draft("a", "1"), draft("b", "1", large), draft("c", "1")]);
  await tick();
  const batches: unknown[] = [];
  while (underWay.length > 0) {
    batches.push(textsOf(underWay[0]));
    await underWay[0]?.finish();
  }
  expect(batches).toEqual(["a1", "b1", "c1"]);
});

test("past the length of the line an append is UNAVAILABLE, one room has half of it, and room is made again", async () => {
  const { batcher, underWay } = trial({ writers: 1, waitingDrafts: 4 });
  const waiting = [batcher.append([draft("a", "0")])];
  await tick();
  waiting.push(batcher.append([draft("a", "1"), draft("a", "2")]));
  expect(await atOnce(batcher.append([draft("a", "3")]))).toMatchObject({ code: "UNAVAILABLE", retry: true });
  waiting.push(batcher.append([draft("b", "1"), draft("b", "2")]));
  expect(await atOnce(batcher.append([draft("c", "1")]))).toMatchObject({ code: "UNAVAILABLE" });
  await underWay[0]?.finish();
  waiting.push(batcher.append([draft("c", "1")]));
  await tick();
  while (underWay.length > 0) await underWay[0]?.finish();
  await Promise.all(waiting);
});

test("past the bytes of the line an append is UNAVAILABLE", async () => {
  const { batcher, underWay } = trial({ writers: 1, waitingBytes: 3_000 });
  void batcher.append([draft("a", "0")]);
  await tick();
  void batcher.append([draft("a", "1", { data: "x".repeat(4_000) })]);
  expect(await atOnce(batcher.append([draft("b", "1")]))).toMatchObject({ code: "UNAVAILABLE" });
  while (underWay.length > 0) await underWay[0]?.finish();
});

test("a draft that the database would refuse is refused alone, before it joins a batch", async () => {
  const { batcher, underWay } = trial();
  const good = batcher.append([draft("a", "1")]);
  const bad = batcher.append([draft("a", "\0"), draft("a", "2")]);
  await expect(bad).rejects.toMatchObject({ code: "INVALID_REQUEST" });
  await tick();
  expect(textsOf(underWay[0])).toBe("a1");
  await underWay[0]?.finish();
  await good;
});

test("an error of one draft is its own; one of the batch is everybody's, and the next batch goes on", async () => {
  const { batcher, underWay } = trial({ writers: 1 });
  const [bad, good] = [batcher.append([draft("a", "bad")]), batcher.append([draft("a", "good")])];
  await tick();
  await Promise.all([
    underWay[0]?.finish((line) => (line.draft.event === "bad" ? { error: new Error("its own") } : made(line))),
    expect(bad).rejects.toThrow("its own"),
    good,
  ]);
  const both = [batcher.append([draft("a", "1")]), batcher.append([draft("b", "1")])];
  await tick();
  await Promise.all([
    underWay[0]?.fail(new Error("all of it")),
    ...both.map((one) => expect(one).rejects.toThrow("all of it")),
  ]);
  const next = batcher.append([draft("a", "2")]);
  await tick();
  await underWay[0]?.finish();
  await next;
});

test("whatever comes and ends in whatever order, each draft is written once, in its room's order, never beside its room", async () => {
  const rooms = fc.constantFrom("a", "b", "c", "d");
  const step = fc.oneof(
    fc.array(rooms, { minLength: 1, maxLength: 6 }).map((roomIds) => ({ roomIds })),
    fc.nat(5).map((finish) => ({ finish })),
  );
  const limits = fc.record({ writers: fc.integer({ min: 1, max: 3 }), drafts: fc.integer({ min: 1, max: 5 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), limits, async (steps, options) => {
      const { batcher, underWay } = trial(options);
      const [given, written]: [Draft[], Draft[]] = [[], []];
      const answers: Promise<unknown>[] = [];
      const finish = async (at: number): Promise<void> => {
        const touched = underWay.flatMap(({ drafts }) => [...new Set(drafts.map(({ roomId }) => roomId))]);
        expect(new Set(touched).size).toBe(touched.length);
        expect(underWay.length).toBeLessThanOrEqual(options.writers);
        const batch = underWay[at % underWay.length];
        expect(batch?.drafts.length).toBeLessThanOrEqual(options.drafts);
        written.push(...(batch?.drafts ?? []));
        await batch?.finish();
      };
      for (const one of steps) {
        if ("roomIds" in one) {
          const drafts = one.roomIds.map((roomId) => draft(roomId, "e"));
          given.push(...drafts);
          answers.push(batcher.append(drafts));
          await tick();
        } else if (underWay.length > 0) await finish(one.finish);
      }
      while (underWay.length > 0) await finish(0);
      await Promise.all(answers);
      for (const roomId of "abcd") {
        const idsIn = (drafts: readonly Draft[]) => drafts.filter((one) => one.roomId === roomId).map(({ id }) => id);
        expect(idsIn(written)).toEqual(idsIn(given));
      }
    }),
    { numRuns: 200 },
  );
});
