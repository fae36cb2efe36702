import { useEffect, useState, useSyncExternalStore } from "react";
import { useChat } from "../chat-context.ts";
import { markRead } from "../rooms/read-marks.ts";
import type { Row } from "./rows.ts";

interface NewFrom {
  /** The key of the first message of others that was not seen before; undefined where there is none. */
  readonly firstNew: string | undefined;
  /** How many messages of others came since one looked at the end. */
  readonly unread: number;
}

/** What is new to the reader. What is at the end of a window that is looked at counts as read. */
export function useNewFrom(roomId: string, rows: readonly Row[], isAtEnd: boolean, hasNewer: boolean): NewFrom {
  const { me, marks } = useChat();
  const isSeen = useIsSeen();
  const read = useSyncExternalStore(marks.subscribe, () => marks.current()[roomId] ?? 0);
  const last = rows.findLast(({ seq }) => seq !== undefined)?.seq ?? 0;
  const isReading = isAtEnd && isSeen && !hasNewer && last > 0;
  // What comes while one reads is no news: only what had come when one began to.
  const [fresh, setFresh] = useState<Fresh>({ after: read, upTo: undefined });
  const { after, upTo = Number.POSITIVE_INFINITY } = fresh;

  useEffect(() => {
    if (isReading) markRead(marks, roomId, last);
  }, [isReading, last, marks, roomId]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: where the reading began, not where it has got to
  useEffect(() => {
    if (isReading) setFresh((before) => ({ ...before, upTo: last }));
    else setFresh({ after: marks.current()[roomId] ?? 0, upTo: undefined });
  }, [isReading, marks, roomId]);

  const first = after === 0 ? undefined : newSince(rows, after, me.id)[0];
  const isFresh = first !== undefined && (first.seq ?? 0) <= upTo;
  return { firstNew: isFresh ? first.key : undefined, unread: newSince(rows, read, me.id).length };
}

/** The stretch of the log that is marked as new. */
interface Fresh {
  readonly after: number;
  /** Undefined while it grows. */
  readonly upTo: number | undefined;
}

/** Others' messages after that seq. */
function newSince(rows: readonly Row[], seq: number, me: string): readonly Row[] {
  const found: Row[] = [];
  for (let at = rows.length - 1; at >= 0; at--) {
    const row = rows[at];
    if (row?.seq !== undefined && row.seq <= seq) break;
    if (row?.kind === "message" && row.seq !== undefined && row.from !== me) found.push(row);
  }
  return found.reverse();
}

function useIsSeen(): boolean {
  return useSyncExternalStore(watchSight, () => document.visibilityState === "visible");
}

function watchSight(listen: () => void): () => void {
  document.addEventListener("visibilitychange", listen);
  return () => document.removeEventListener("visibilitychange", listen);
}
