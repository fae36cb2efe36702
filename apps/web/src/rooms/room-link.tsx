import type { RoomInfo } from "@dialogue/events";
import { Hash, Pencil } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useChat } from "../chat-context.ts";
import { useUnread } from "../connection/chat-hooks.ts";
import { openRoom } from "./current-room.ts";

interface RoomLinkProps {
  readonly room: RoomInfo;
  readonly isCurrent: boolean;
  readonly opened: () => void;
}

/** More than is counted out. */
const counted = { events: ["message"], keep: 200 } as const;

/** A room that one is in, with what is new there. */
export function RoomLink({ room, isCurrent, opened }: RoomLinkProps) {
  const { marks, drafts } = useChat();
  const after = useSyncExternalStore(marks.subscribe, () => marks.current()[room.id] ?? 0);
  const hasDraft = useSyncExternalStore(drafts.subscribe, () => drafts.current()[room.id] !== undefined);
  const { count, isMore } = useUnread({ id: room.id }, after, counted);
  const look = isCurrent
    ? "bg-accent-soft font-medium text-ink"
    : `hover:bg-line/60 ${count > 0 ? "font-semibold text-ink" : "text-muted hover:text-ink"}`;

  return (
    <li>
      <button
        type="button"
        aria-current={isCurrent ? "page" : undefined}
        data-room={room.id}
        onClick={() => {
          openRoom(room.id);
          opened();
        }}
        className={`flex h-9 w-full items-center gap-2 rounded-lg px-2.5 text-left text-sm transition-colors ${look}`}
      >
        <Hash aria-hidden="true" className="size-4 shrink-0 opacity-70" />
        <span className="min-w-0 flex-1 truncate">{room.name}</span>
        {hasDraft && !isCurrent && (
          <>
            <Pencil aria-hidden="true" className="size-3.5 shrink-0" />
            <span className="sr-only">, a draft</span>
          </>
        )}
        {count > 0 && (
          <span className="unread inline-flex h-5 min-w-5 items-center justify-center rounded-full bg-accent-strong px-1.5 font-semibold text-white text-xs tabular-nums">
            {count > 99 ? "99+" : `${count}${isMore ? "+" : ""}`}
            <span className="sr-only"> unread</span>
          </span>
        )}
      </button>
    </li>
  );
}
