import type { PublicUser, RoomInfo } from "@dialogue/events";
import { LogOut } from "lucide-react";
import { useChat } from "../chat-context.ts";
import { Members } from "../people/members.tsx";
import { Button } from "../ui/button.tsx";
import { toast } from "../ui/toast-queue.ts";
import { openHome, openRoom } from "./current-room.ts";
import { enterRoom, leaveRoom } from "./entered-rooms.ts";
import { canLeave } from "./use-my-rooms.ts";

interface RoomDetailsProps {
  readonly room: RoomInfo | undefined;
  readonly here: readonly PublicUser[];
  /** Who has written lately and is not among them. */
  readonly others: readonly PublicUser[];
}

/** What a room is about, who is in it, and the way out of it. */
export function RoomDetails({ room, here, others }: RoomDetailsProps) {
  const { me, entered } = useChat();

  function leave({ id, name }: RoomInfo): void {
    leaveRoom(entered, id);
    openHome();
    toast.done(`You left ${name}.`, {
      label: "Enter again",
      act: () => {
        enterRoom(entered, id);
        openRoom(id);
      },
    });
  }

  return (
    <>
      <div className="shrink-0 px-5 pt-4">
        <p className="pr-8 font-semibold text-sm">{room ? `About ${room.name}` : "About this room"}</p>
        <p className="mt-1 text-muted text-sm [overflow-wrap:anywhere]">
          {room && (room.description ?? "Nobody has said yet what it is about.")}
        </p>
      </div>
      <Members me={me} here={here} others={others} />
      {room && canLeave(room) && (
        <div className="shrink-0 border-line border-t p-2">
          <Button kind="ghost" className="w-full" onClick={() => leave(room)}>
            <LogOut aria-hidden="true" className="size-4" /> Leave room
          </Button>
        </div>
      )}
    </>
  );
}
