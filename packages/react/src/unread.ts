import type { Unread } from "./dialogue-hooks.ts";
import type { ListState } from "./list-state.ts";

/** What of a list came from others after that seq. */
export function unreadIn({ messages, hasOlder, hasNewer }: ListState, userId: string, after: number): Unread {
  let count = 0;
  let oldest = Number.POSITIVE_INFINITY;
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at];
    if (message?.status !== "sent") continue;
    if (message.seq <= after) return { count, isMore: hasNewer };
    oldest = message.seq;
    if (message.from !== userId) count++;
  }
  return { count, isMore: hasNewer || (hasOlder && oldest > after + 1) };
}
