import type { FailedEvent, Live, Outbox, PendingEvent } from "@dialogue/client";
import { createCell } from "./cell.ts";

export type UnsentMessage = PendingEvent | FailedEvent;

/** One's own events of a room that have not been seen in its log, in the order they were triggered. */
export interface Unsent extends Live<readonly UnsentMessage[]> {
  /** The log has been seen up to there, ending with the event of that id. */
  passed(id: string, seq: number): void;
  /** Whatever was accepted is not to be waited for. */
  forgetAccepted(): void;
  /** These are in the log. */
  remove(ids: ReadonlySet<string>): void;
}

/** What the client's outbox holds of the room, and what was accepted for as long as `willCome` expects it in the log. */
export function createUnsent(outbox: Outbox, roomId: string, willCome: (seq: number) => boolean): Unsent {
  const cell = createCell<readonly UnsentMessage[]>([]);
  const acceptedAt = new Map<string, number>();
  /** In the log, whatever the outbox knows. */
  const known = new Set<string>();

  function compare(): void {
    const waiting = new Map(outbox.current().flatMap((event) => (event.roomId === roomId ? [[event.id, event]] : [])));
    for (const id of [...known]) if (!waiting.has(id)) known.delete(id);
    const shown = cell.current().flatMap((message) => {
      const now = waiting.get(message.id) ?? (acceptedAt.has(message.id) ? message : undefined);
      waiting.delete(message.id);
      return now ?? [];
    });
    show([...shown, ...waiting.values()].filter(({ id }) => !known.has(id)));
  }

  function show(messages: readonly UnsentMessage[]): void {
    const before = cell.current();
    const isSame = before.length === messages.length && before.every((message, at) => message === messages[at]);
    if (!isSame) cell.set(messages);
  }

  function forget(isOver: (id: string, seq: number) => boolean): void {
    for (const [id, seq] of [...acceptedAt]) if (isOver(id, seq)) acceptedAt.delete(id);
    compare();
  }

  outbox.subscribe(compare);
  outbox.onAccepted((event) => {
    const seq = "seq" in event && typeof event.seq === "number" ? event.seq : undefined;
    if (event.roomId === roomId && seq !== undefined && willCome(seq)) acceptedAt.set(event.id, seq);
  });
  compare();

  return {
    current: cell.current,
    subscribe: cell.subscribe,
    passed: (id, seq) => forget((other, at) => other === id || at <= seq),
    forgetAccepted: () => forget(() => true),
    remove(ids) {
      for (const { id } of cell.current()) if (ids.has(id)) known.add(id);
      forget((id) => ids.has(id));
    },
  };
}
