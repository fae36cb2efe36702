import { MessagesSquare, Plus, Search } from "lucide-react";
import { useChat } from "../chat-context.ts";
import { useConnection } from "../connection/chat-hooks.ts";
import { Avatar } from "../people/avatar.tsx";
import { Button } from "../ui/button.tsx";
import { openRoom, useCurrentRoom } from "./current-room.ts";
import { enterRoom } from "./entered-rooms.ts";
import { RoomLink } from "./room-link.tsx";
import { type MyRooms, useFreshRooms, useMyRooms } from "./use-my-rooms.ts";

interface SideBarProps {
  readonly search: () => void;
  readonly create: () => void;
  readonly showAccount: () => void;
  /** A room was opened: a drawer can close. */
  readonly opened: () => void;
}

/** The rooms one is in, those one may enter, and oneself. */
export function SideBar({ search, create, showAccount, opened }: SideBarProps) {
  const rooms = useMyRooms();
  useFreshRooms();
  const { me } = useChat();
  const { state } = useConnection();
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-14 shrink-0 items-center gap-2.5 px-4">
        <span className="inline-flex size-7 items-center justify-center rounded-lg bg-accent-strong text-white">
          <MessagesSquare aria-hidden="true" className="size-4" />
        </span>
        <span className="font-semibold">Dialogue</span>
      </div>
      <div className="px-3 pb-3">
        <button
          type="button"
          onClick={search}
          className="flex h-9 w-full items-center gap-2 rounded-lg border border-line bg-surface px-2.5 text-muted text-sm hover:text-ink"
        >
          <Search aria-hidden="true" className="size-4" />
          <span className="flex-1 text-left">Find a room</span>
          <span aria-hidden="true" className="hidden rounded border border-line px-1 font-sans text-xs sm:inline">
            {isApple ? "⌘ K" : "Ctrl K"}
          </span>
        </button>
      </div>
      <nav aria-label="Rooms" className="min-h-0 flex-1 overflow-y-auto px-3 pb-3">
        <RoomLists rooms={rooms} create={create} opened={opened} />
      </nav>
      <div className="shrink-0 border-line border-t p-2">
        <button
          type="button"
          onClick={showAccount}
          title="Change your name, or sign out"
          className="me flex w-full items-center gap-2.5 rounded-lg p-2 text-left text-sm hover:bg-line/60"
        >
          <Avatar name={me.name} size="small" isHere={state === "connected"} />
          <span className="min-w-0 flex-1 truncate font-medium">{me.name}</span>
        </button>
      </div>
    </div>
  );
}

interface RoomListsProps extends Pick<SideBarProps, "create" | "opened"> {
  readonly rooms: MyRooms;
}

function RoomLists({ rooms, create, opened }: RoomListsProps) {
  const current = useCurrentRoom();
  const { entered } = useChat();
  const { state } = useConnection();
  // A list that failed for want of a connection comes with it.
  const isAwaited = rooms.status === "loading" || (rooms.status === "failed" && state !== "connected");
  return (
    <>
      <div className="flex h-8 items-center justify-between pr-1 pl-2.5">
        <h2 className="font-semibold text-muted text-xs">Rooms</h2>
        <Button kind="ghost" size="tiny" aria-label="Create a room" title="Create a room" onClick={create}>
          <Plus aria-hidden="true" className="size-4" />
        </Button>
      </div>
      {isAwaited && state !== "disconnected" && <Skeleton />}
      {isAwaited && state === "disconnected" && (
        <p className="px-2.5 py-1 text-muted text-sm">Your rooms show when the connection is back.</p>
      )}
      {rooms.status === "failed" && state === "connected" && (
        <div className="space-y-2 px-2.5 py-1 text-muted text-sm">
          <p>The rooms could not be loaded.</p>
          <Button size="small" onClick={rooms.refresh}>
            Load again
          </Button>
        </div>
      )}
      <ul className="space-y-0.5">
        {rooms.mine.map((room) => (
          <RoomLink key={room.id} room={room} isCurrent={room.id === current} opened={opened} />
        ))}
      </ul>
      {rooms.others.length > 0 && (
        <>
          <h2 className="mt-4 flex h-8 items-center pl-2.5 font-semibold text-muted text-xs">Rooms you can enter</h2>
          <ul className="others space-y-0.5">
            {rooms.others.map(({ id, name, size }) => (
              <li key={id} className="flex h-9 items-center gap-2 rounded-lg pr-1 pl-2.5 text-muted text-sm">
                <span className="min-w-0 flex-1 truncate" title={name}>
                  {name}
                </span>
                <span className="text-xs tabular-nums">{size > 0 ? `${size} here` : ""}</span>
                <Button
                  kind="quiet"
                  size="small"
                  aria-label={`Enter ${name}`}
                  onClick={() => {
                    enterRoom(entered, id);
                    openRoom(id);
                    opened();
                  }}
                >
                  Enter
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Skeleton() {
  return (
    <div aria-hidden="true" className="animate-late space-y-2 px-2.5 py-2">
      {["w-2/3", "w-1/2", "w-3/4"].map((width) => (
        <div key={width} className={`h-4 rounded bg-line ${width}`} />
      ))}
    </div>
  );
}

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);
