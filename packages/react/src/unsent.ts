import type { Live } from "@dialogue/client";
import { DialogueError } from "@dialogue/events";
import { createCell } from "./cell.ts";
import type { FailedMessage, PendingMessage } from "./room-message.ts";

export type UnsentMessage = PendingMessage | FailedMessage;

/** One's own events of a room that have not been seen in its log, in the order they were triggered. */
export interface Unsent extends Live<readonly UnsentMessage[]> {
  /** Throws RATE_LIMITED when too many wait, and CONFLICT for an id that is on its way. */
  add(message: PendingMessage): void;
  /** Marks one that is still here. */
  fail(id: string, error: DialogueError): void;
  /** The failed message, pending again. */
  again(id: string): PendingMessage | undefined;
  /** The log holds it; it stays until the log has been seen up to there. */
  accepted(id: string, seq: number): void;
  /** The log has been seen up to there, ending with the event of that id. */
  passed(id: string, seq: number): void;
  /** Whatever was accepted is not to be waited for. */
  forgetAccepted(): void;
  remove(ids: ReadonlySet<string>): void;
}

/** Beyond the client's own outbox there is room for what has failed. */
const most = 1_000;

export function createUnsent(roomId: string): Unsent {
  const cell = createCell<readonly UnsentMessage[]>([]);
  const acceptedAt = new Map<string, number>();

  function keep(isKept: (message: UnsentMessage) => boolean): void {
    const kept = cell.current().filter(isKept);
    if (kept.length === cell.current().length) return;
    for (const id of [...acceptedAt.keys()]) if (!kept.some((message) => message.id === id)) acceptedAt.delete(id);
    cell.set(kept);
  }

  function find(id: string): UnsentMessage | undefined {
    return cell.current().find((message) => message.id === id);
  }

  function replace(message: UnsentMessage): void {
    cell.set(cell.current().map((other) => (other.id === message.id ? message : other)));
  }

  return {
    current: cell.current,
    subscribe: cell.subscribe,
    add(message) {
      const what = `trigger ${message.event} in ${roomId}`;
      if (cell.current().length >= most)
        throw new DialogueError("RATE_LIMITED", `cannot ${what}: ${most} wait already`);
      if (find(message.id)) throw new DialogueError("CONFLICT", `cannot ${what}: ${message.id} is on its way`);
      cell.set([...cell.current(), message]);
    },
    fail(id, error) {
      const message = find(id);
      if (message?.status === "pending") replace({ ...message, status: "failed", error });
    },
    again(id) {
      const message = find(id);
      if (message?.status !== "failed") return undefined;
      const { error: _, ...rest } = message;
      const pending: PendingMessage = { ...rest, status: "pending" };
      replace(pending);
      return pending;
    },
    accepted: (id, seq) => void (find(id) && acceptedAt.set(id, seq)),
    passed: (id, seq) => keep((message) => message.id !== id && !((acceptedAt.get(message.id) ?? Infinity) <= seq)),
    forgetAccepted: () => keep((message) => !acceptedAt.has(message.id)),
    remove: (ids) => keep((message) => !ids.has(message.id)),
  };
}
