import { useEffect, useState, useSyncExternalStore } from "react";
import { useChat } from "../chat-context.ts";
import { markRead } from "../rooms/read-marks.ts";
import type { RoomMessages } from "./room-messages.ts";
import type { Row } from "./rows.ts";

/** What is new in a list to its reader. */
export interface NewFrom {
  /** The key of the first message of others that was not seen before; undefined where there is none, or not in the list. */
  readonly firstNew: string | undefined;
  /** How many messages of others that were new, as far as the list holds them. */
  readonly count: number;
  /** Whether there are more of them before what the list holds. */
  readonly isMore: boolean;
  /** How many messages of others came since one looked at the end. */
  readonly unread: number;
}

/** The stretch of the log that is marked as new. */
interface Fresh {
  readonly after: number;
  /** Undefined while it grows. */
  readonly upTo: number | undefined;
}

/** What is new to the reader. What is at the end of a window that is looked at counts as read. */
export function useNewFrom(
  roomId: string,
  rows: readonly Row[],
  isAtEnd: boolean,
  { hasOlder, hasNewer }: Pick<RoomMessages, "hasOlder" | "hasNewer">,
): NewFrom {
  const { me, marks } = useChat();
  const isSeen = useIsSeen();
  const read = useSyncExternalStore(marks.subscribe, () => marks.current()[roomId] ?? 0);
  const last = rows.findLast(({ seq }) => seq !== undefined)?.seq ?? 0;
  const isReading = isAtEnd && isSeen && !hasNewer && last > 0;
  const unread = newSince(rows, read, me.id).length;
  // What comes while one reads is no news: only what had come when one began to.
  const [{ after, upTo }, setFresh] = useState<Fresh>({ after: read, upTo: undefined });

  const end = upTo ?? Number.POSITIVE_INFINITY;
  const fresh = after === 0 ? [] : newSince(rows, after, me.id).filter(({ seq }) => (seq ?? 0) <= end);
  const isMarked = fresh.length > 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: where the reading began, not where it has got to
  useEffect(() => {
    if (!isReading) return;
    const isNext = upTo !== undefined && unread > 0;
    setFresh({ after: isNext ? read : after, upTo: last });
  }, [isReading]);

  useEffect(() => {
    // Whoever has scrolled up to where the new begins finds it there until they are back at the end.
    if (!isReading && !isMarked && upTo !== undefined && unread > 0) setFresh({ after: read, upTo: undefined });
  }, [isReading, isMarked, upTo, unread, read]);

  // After the other effects, which look at how far was read before.
  useEffect(() => {
    if (isReading) markRead(marks, roomId, last);
  }, [isReading, last, marks, roomId]);

  const isMore = isMarked && hasOlder && (rows[0]?.seq ?? 0) > after + 1;
  return { firstNew: isMore ? undefined : fresh[0]?.key, count: fresh.length, isMore, unread };
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
