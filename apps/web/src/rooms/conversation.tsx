import type { RoomInfo } from "@dialogue/events";
import { Menu, Users } from "lucide-react";
import { useRef, useState } from "react";
import { useChat } from "../chat-context.ts";
import { Composer } from "../composer/composer.tsx";
import { useConnection, usePresence, useRoom } from "../connection/chat-hooks.ts";
import { ConnectionBanner } from "../connection/connection-banner.tsx";
import { connectionWords } from "../connection/error-words.ts";
import { absentAuthors, sortedByName } from "../messages/authors.ts";
import { EmptyList, FailedList, ListSkeleton } from "../messages/list-states.tsx";
import { MessageList } from "../messages/message-list.tsx";
import { useRoomMessages } from "../messages/room-messages.ts";
import { useRows } from "../messages/use-rows.ts";
import { TypingLine } from "../people/typing-line.tsx";
import { Button } from "../ui/button.tsx";
import { Drawer } from "../ui/modal.tsx";
import { useMedia } from "../ui/use-media.ts";
import { openHome } from "./current-room.ts";
import { RoomDetails } from "./room-details.tsx";
import { useSpeaking } from "./use-speaking.ts";

interface ConversationProps {
  readonly roomId: string;
  readonly room: RoomInfo | undefined;
  readonly showRooms: () => void;
  readonly leave: () => void;
}

/** A room: what was said in it, a place to say something, and who is there. */
export function Conversation({ roomId, room, showRooms, leave }: ConversationProps) {
  const { me } = useChat();
  const isWide = useMedia("(min-width: 64rem)");
  const [isShown, setShown] = useState<boolean | undefined>(undefined);
  const here = sortedByName(usePresence({ id: roomId }));
  const list = useRoomMessages(roomId);
  const rows = useRows(list.messages, me);
  const name = room?.name ?? (roomId === "general" ? "General" : roomId);
  const isDetailsShown = isShown ?? isWide;
  const details = <RoomDetails room={room} here={here} others={absentAuthors(rows, here)} />;

  return (
    <>
      <div className="flex min-w-0 flex-1 flex-col bg-surface">
        <Header
          name={name}
          description={room?.description}
          count={here.length}
          areDetailsShown={isDetailsShown}
          showRooms={showRooms}
          toggleDetails={() => setShown(!isDetailsShown)}
        />
        <ConnectionBanner leave={leave} />
        <Talk roomId={roomId} name={name} list={list} rows={rows} />
      </div>
      {isWide && isDetailsShown && (
        <aside aria-label="Room details" className="flex w-64 shrink-0 flex-col border-line border-l bg-ground">
          {details}
        </aside>
      )}
      {!isWide && (
        <Drawer isOpen={isDetailsShown} close={() => setShown(false)} title="Room details" side="right">
          {details}
        </Drawer>
      )}
    </>
  );
}

interface TalkProps {
  readonly roomId: string;
  readonly name: string;
  readonly list: ReturnType<typeof useRoomMessages>;
  readonly rows: ReturnType<typeof useRows>;
}

function Talk({ roomId, name, list, rows }: TalkProps) {
  const { status, error, retry } = useRoom({ id: roomId });
  const { state } = useConnection();
  const field = useRef<HTMLTextAreaElement>(null);
  const { actions, send, reply, forgetReply, target } = useSpeaking(roomId, list, field);
  const isEmpty = list.status === "ready" && rows.length === 0;
  const reload = error === undefined ? list.reload : retry;

  return (
    <main className="flex min-h-0 flex-1 flex-col">
      {list.status === "loading" && rows.length === 0 && <ListSkeleton />}
      {list.status === "failed" && rows.length === 0 && (
        <FailedList
          reason={state === "connected" ? connectionWords(list.error) : undefined}
          reload={reload}
          goHome={roomId === "general" ? undefined : openHome}
        />
      )}
      {isEmpty && <EmptyList room={name} />}
      {rows.length > 0 && (
        <MessageList
          roomId={roomId}
          list={list}
          rows={rows}
          actions={actions}
          target={target}
          leave={() => field.current?.focus()}
          reload={reload}
        />
      )}
      <TypingLine roomId={roomId} />
      <Composer
        roomId={roomId}
        roomName={name}
        field={field}
        isOpen={status !== "failed"}
        reply={reply}
        forgetReply={forgetReply}
        send={send}
      />
    </main>
  );
}

/** How many are here, in a word less where there is no room for it. */
function PeopleWords({ count, isOffline }: { readonly count: number; readonly isOffline: boolean }) {
  if (isOffline) return "Offline";
  if (count === 0) return "Connecting…";
  return (
    <span>
      {count} <span className="sr-only @2xs:not-sr-only">online</span>
    </span>
  );
}

interface HeaderProps {
  readonly name: string;
  readonly description: string | undefined;
  readonly count: number;
  readonly areDetailsShown: boolean;
  readonly showRooms: () => void;
  readonly toggleDetails: () => void;
}

function Header({ name, description, count, areDetailsShown, showRooms, toggleDetails }: HeaderProps) {
  const { state, reason } = useConnection();
  const isOffline = state === "disconnected" || (state === "connecting" && reason !== undefined);
  return (
    <header className="@container flex min-h-14 shrink-0 items-center gap-2 border-line border-b px-3 sm:px-5">
      <Button kind="ghost" size="icon" aria-label="Show rooms" className="-ml-1 md:hidden" onClick={showRooms}>
        <Menu aria-hidden="true" className="size-5" />
      </Button>
      <h1 className="min-w-0 max-w-[60%] truncate font-semibold">{name}</h1>
      <p className="hidden min-w-0 flex-1 truncate border-line border-l pl-3 text-muted text-sm sm:block">
        {description}
      </p>
      <Button
        kind="ghost"
        className="people-button -mr-1 ml-auto px-2.5 tabular-nums aria-expanded:bg-hover"
        aria-expanded={areDetailsShown}
        onClick={toggleDetails}
        title="Who is here, and what the room is about"
      >
        <Users aria-hidden="true" className="size-4.5" />
        <PeopleWords count={count} isOffline={isOffline} />
      </Button>
    </header>
  );
}
