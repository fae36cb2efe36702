import type { Draft } from "@dialogue/core";
import type { BatchLimits } from "./batch-limits.ts";

/** What waits to be written. */
export interface Waiter {
  readonly draft: Draft;
  readonly json: string;
}

/** Waiters by room: in order within a room, in turn between rooms. */
export interface WaitingLine<One extends Waiter> {
  /** True when no more may join for that room. */
  isFull(roomId: string): boolean;
  join(waiter: One): void;
  /** Takes the next batch: no room that is busy, no two of the same room and id. Empty when there is nothing to do. */
  take(isBusy: (roomId: string) => boolean): readonly One[];
}

export function createWaitingLine<One extends Waiter>(limits: BatchLimits): WaitingLine<One> {
  /** In the order in which the rooms have their turn. */
  const rooms = new Map<string, One[]>();
  let drafts = 0;
  let bytes = 0;

  /** One of each room in turn, so that a room with a long queue keeps nobody from the batch. */
  function fill(open: Map<string, One[]>): One[] {
    const batch: One[] = [];
    const ids = new Set<string>();
    const positions = new Map<string, number>();
    let size = 0;
    while (open.size > 0) {
      for (const [roomId, queue] of open) {
        const at = positions.get(roomId) ?? 0;
        const next = queue[at];
        // No room's and no draft's id holds a NUL.
        const key = next && `${roomId}\0${next.draft.id}`;
        // The same id again waits for the answer of the first, and what stands behind it keeps its place.
        if (!next || key === undefined || ids.has(key)) {
          open.delete(roomId);
          continue;
        }
        if (batch.length >= limits.drafts || (batch.length > 0 && size + next.json.length > limits.bytes)) {
          return batch;
        }
        ids.add(key);
        positions.set(roomId, at + 1);
        size += next.json.length;
        batch.push(next);
      }
    }
    return batch;
  }

  /** Those who were served go to the end of the line. */
  function remove(batch: readonly One[]): void {
    const served = new Map<string, number>();
    for (const { draft, json } of batch) {
      served.set(draft.roomId, (served.get(draft.roomId) ?? 0) + 1);
      drafts--;
      bytes -= json.length;
    }
    for (const [roomId, count] of served) {
      const rest = (rooms.get(roomId) ?? []).slice(count);
      rooms.delete(roomId);
      if (rest.length > 0) rooms.set(roomId, rest);
    }
  }

  return {
    isFull: (roomId) =>
      drafts >= limits.waitingDrafts ||
      bytes >= limits.waitingBytes ||
      (rooms.get(roomId)?.length ?? 0) >= limits.waitingDrafts / 2,
    join(waiter) {
      const queue = rooms.get(waiter.draft.roomId) ?? [];
      rooms.set(waiter.draft.roomId, queue);
      queue.push(waiter);
      drafts++;
      bytes += waiter.json.length;
    },
    take(isBusy) {
      const batch = fill(new Map([...rooms].filter(([roomId]) => !isBusy(roomId))));
      remove(batch);
      return batch;
    },
  };
}
