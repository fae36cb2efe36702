import type { AccessWatch } from "./access-watch.ts";
import type { Presence } from "./ephemeral/presence.ts";
import type { NewsListener } from "./ephemeral/room-news.ts";
import type { Signals } from "./ephemeral/signals.ts";
import type { Typing } from "./ephemeral/typing.ts";
import type { News } from "./ports/backplane.ts";

/** What becomes of news from other nodes, bells of the log apart, which the hub hears by itself. */
export function createHearing(options: {
  readonly nodeId: string;
  readonly typing: Typing;
  readonly signals: Signals;
  readonly presence: Presence;
  readonly watch: AccessWatch;
}): NewsListener {
  const { nodeId, typing, signals, presence, watch } = options;

  function hearTyping(roomId: string, { sessionId, user, isTyping }: News & { readonly type: "typing" }): void {
    // An echo of this node's own word may be older than what it knows.
    if (isTyping && sessionId.startsWith(`${nodeId}.`)) return;
    typing.hear(roomId, sessionId, user, isTyping);
  }

  return {
    hear(roomId, news) {
      switch (news.type) {
        case "typing":
          return hearTyping(roomId, news);
        case "signal":
          return signals.hear(news.envelope);
        case "presence":
          return presence.refresh(roomId);
        case "access":
          return watch.recheck(roomId);
        case "deleted":
          return watch.gone(roomId);
        case "bell":
          if (news.event) typing.hearEvent(roomId, news.event.from);
          return;
        case "redacted":
          return;
      }
    },
    suspect(roomId) {
      presence.refresh(roomId);
      watch.recheck(roomId);
    },
  };
}
