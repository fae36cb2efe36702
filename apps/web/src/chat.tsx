import type { DialogueClient } from "@dialogue/client";
import { useEffect, useMemo, useState } from "react";
import type { Account } from "./account/account.ts";
import { AccountDialog } from "./account/account-dialog.tsx";
import { ChatContext, type ChatFacts } from "./chat-context.ts";
import { keptDrafts } from "./composer/drafts.ts";
import type { Chat as ChatTypes } from "./connection/chat-client.ts";
import { DialogueProvider } from "./connection/chat-hooks.ts";
import { Conversation } from "./rooms/conversation.tsx";
import { useCurrentRoom } from "./rooms/current-room.ts";
import { keptEnteredRooms } from "./rooms/entered-rooms.ts";
import { NewRoom } from "./rooms/new-room.tsx";
import { QuickSwitcher } from "./rooms/quick-switcher.tsx";
import { keptReadMarks } from "./rooms/read-marks.ts";
import { SideBar } from "./rooms/side-bar.tsx";
import { useMyRooms } from "./rooms/use-my-rooms.ts";
import { Drawer } from "./ui/modal.tsx";
import { useMedia } from "./ui/use-media.ts";

interface ChatProps {
  readonly account: Account;
  readonly client: DialogueClient<ChatTypes>;
  readonly enter: (account: Account) => void;
  readonly leave: () => void;
}

/** The rooms of one person. */
export function Chat({ account, client, enter, leave }: ChatProps) {
  const { user } = account;
  const facts: ChatFacts = useMemo(
    () => ({
      me: user,
      drafts: keptDrafts(user.id),
      entered: keptEnteredRooms(user.id),
      marks: keptReadMarks(user.id),
    }),
    [user],
  );
  return (
    <DialogueProvider client={client}>
      <ChatContext value={facts}>
        <Frame account={account} enter={enter} leave={leave} />
      </ChatContext>
    </DialogueProvider>
  );
}

type Dialog = { readonly kind: "switcher" | "account" | "rooms" } | { readonly kind: "new"; readonly name: string };

function Frame({ account, enter, leave }: Omit<ChatProps, "client">) {
  const [dialog, setDialog] = useState<Dialog | undefined>(undefined);
  const isWide = useMedia("(min-width: 48rem)");
  const roomId = useCurrentRoom();
  const { mine, others } = useMyRooms();
  const room = [...mine, ...others].find(({ id }) => id === roomId);
  const close = () => setDialog(undefined);
  useSwitcherKey(() => setDialog({ kind: "switcher" }));

  useEffect(() => {
    document.title = room === undefined ? "Dialogue" : `${room.name} · Dialogue`;
  }, [room]);

  const sideBar = (
    <SideBar
      search={() => setDialog({ kind: "switcher" })}
      create={() => setDialog({ kind: "new", name: "" })}
      showAccount={() => setDialog({ kind: "account" })}
      opened={close}
    />
  );

  return (
    <div className="flex h-full">
      {isWide ? (
        <div className="flex w-64 shrink-0 flex-col border-line border-r bg-ground">{sideBar}</div>
      ) : (
        <Drawer isOpen={dialog?.kind === "rooms"} close={close} title="Rooms" side="left">
          {sideBar}
        </Drawer>
      )}
      <Conversation
        key={roomId}
        roomId={roomId}
        room={room}
        showRooms={() => setDialog({ kind: "rooms" })}
        leave={leave}
      />
      <QuickSwitcher
        isOpen={dialog?.kind === "switcher"}
        close={close}
        create={(name) => setDialog({ kind: "new", name })}
      />
      <NewRoom name={dialog?.kind === "new" ? dialog.name : undefined} close={close} />
      <AccountDialog isOpen={dialog?.kind === "account"} close={close} account={account} enter={enter} leave={leave} />
    </div>
  );
}

/** Control (or Command) and K. */
function useSwitcherKey(open: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      open();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [open]);
}
