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
  const [after, setAfter] = useState(read);
  const last = rows.findLast(({ seq }) => seq !== undefined)?.seq ?? 0;
  const isReading = isAtEnd && isSeen && !hasNewer;

  useEffect(() => {
    if (isReading && last > 0) markRead(marks, roomId, last);
  }, [isReading, last, marks, roomId]);

  // The mark stays where it was while one reads on, and moves when one has looked away.
  useEffect(() => {
    if (!isReading) setAfter(marks.current()[roomId] ?? 0);
  }, [isReading, marks, roomId]);

  return {
    firstNew: after === 0 ? undefined : newSince(rows, after, me.id)[0],
    unread: newSince(rows, read, me.id).length,
  };
}

/** The keys of others' messages after that seq. */
function newSince(rows: readonly Row[], seq: number, me: string): readonly string[] {
  const keys: string[] = [];
  for (let at = rows.length - 1; at >= 0; at--) {
    const row = rows[at];
    if (row?.seq !== undefined && row.seq <= seq) break;
    if (row?.kind === "message" && row.seq !== undefined && row.from !== me) keys.unshift(row.key);
  }
  return keys;
}

function useIsSeen(): boolean {
  return useSyncExternalStore(watchSight, () => document.visibilityState === "visible");
}

function watchSight(listen: () => void): () => void {
  document.addEventListener("visibilitychange", listen);
  return () => document.removeEventListener("visibilitychange", listen);
}
