import type { Appended, Draft } from "@dialogue/core";
import { DialogueError } from "@dialogue/events";
import type { Outcome } from "./append.ts";
import type { BatchLimits } from "./batch-limits.ts";
import { type Line, lineOf } from "./line.ts";
import { createWaitingLine } from "./waiting-line.ts";

/** Gathers what is appended while a write is under way, and writes it in one statement. */
export interface Batcher {
  /** Answers in the order of the drafts. Rejects with UNAVAILABLE when too many wait already. */
  append(drafts: readonly Draft[]): Promise<readonly Appended[]>;
  /** Keeps a room out of the batches until the answer is called: another on this node has its lock, for longer than a statement. */
  hold(roomId: string): () => void;
}

/** Writes lines of which no two share room and id; answers in their order. */
export type Write = (lines: readonly Line[]) => Promise<readonly Outcome[]>;

/** One append and what it has been answered so far. */
interface Call {
  readonly answers: Appended[];
  left: number;
  readonly resolve: (answers: readonly Appended[]) => void;
  readonly reject: (error: unknown) => void;
}

interface Waiting extends Line {
  readonly call: Call;
  /** Its place in the call. */
  readonly at: number;
}

/**
 * Several statements may be under way at once, but never two that touch one room: the second would only wait for the
 * first one's lock, and hold up the other rooms it carries.
 */
export function createBatcher(write: Write, limits: BatchLimits): Batcher {
  const line = createWaitingLine<Waiting>(limits);
  const busy = new Set<string>();
  const held = new Map<string, number>();
  let writing = 0;
  let isDue = false;

  /** Once this turn is over, so that what is appended in it goes together. */
  function wake(): void {
    if (isDue) return;
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      start();
    });
  }

  function start(): void {
    while (writing < limits.writers) {
      const batch = line.take((roomId) => busy.has(roomId) || held.has(roomId));
      if (batch.length === 0) return;
      void run(batch);
    }
  }

  async function run(batch: readonly Waiting[]): Promise<void> {
    const rooms = new Set(batch.map(({ draft }) => draft.roomId));
    writing++;
    for (const roomId of rooms) busy.add(roomId);
    const outcomes = await outcomesOf(batch);
    for (const roomId of rooms) busy.delete(roomId);
    writing--;
    // The next write is on its way before this one's callers have their turn.
    start();
    settle(batch, outcomes);
  }

  async function outcomesOf(batch: readonly Waiting[]): Promise<readonly Outcome[]> {
    try {
      return await write(batch);
    } catch (error) {
      return batch.map(() => ({ error }));
    }
  }

  function addHolds(roomId: string, more: number): void {
    const holds = (held.get(roomId) ?? 0) + more;
    if (holds > 0) held.set(roomId, holds);
    else held.delete(roomId);
    wake();
  }

  return {
    hold(roomId) {
      addHolds(roomId, 1);
      return () => addHolds(roomId, -1);
    },
    append: (drafts) =>
      new Promise((resolve, reject) => {
        const lines = drafts.map(lineOf);
        const full = drafts.find(({ roomId }) => line.isFull(roomId));
        if (full) throw tooMany(full);
        const call: Call = { answers: [], left: lines.length, resolve, reject };
        for (const [at, { draft, tag, json }] of lines.entries()) line.join({ draft, tag, json, call, at });
        if (lines.length === 0) resolve([]);
        else wake();
      }),
  };
}

function settle(batch: readonly Waiting[], outcomes: readonly Outcome[]): void {
  for (const [place, { call, at }] of batch.entries()) {
    const outcome = outcomes[place] ?? { error: new Error("the database answered for too few drafts") };
    if ("error" in outcome) {
      call.reject(outcome.error);
      continue;
    }
    call.answers[at] = outcome.appended;
    call.left--;
    if (call.left === 0) call.resolve(call.answers);
  }
}

function tooMany({ roomId }: Draft): DialogueError {
  return new DialogueError("UNAVAILABLE", `cannot append to room ${roomId}: too many appends wait already`);
}
