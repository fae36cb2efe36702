import { useCallback, useEffect, useState } from "react";
import { type Account, forgetAccount, keepAccount, renewed } from "./account.ts";
import { ChatRoom } from "./chat-room.tsx";
import { type Conversation, openConversation } from "./conversation.ts";
import { SignIn } from "./sign-in.tsx";

/** Asks for a name, then shows the room. An account that the browser keeps is renewed and asks for nothing. */
export function Page({ kept }: { readonly kept: Account | undefined }) {
  const [account, setAccount] = useState<Account | undefined>(undefined);
  const [isNaming, setNaming] = useState(kept === undefined);

  const enter = useCallback((next: Account) => {
    keepAccount(localStorage, next);
    setAccount(next);
    setNaming(false);
  }, []);

  const forget = useCallback(() => {
    forgetAccount(localStorage);
    setAccount(undefined);
    setNaming(true);
  }, []);

  useEffect(() => {
    if (kept === undefined) return;
    let isOver = false;
    void renewed(kept).then((next) => {
      if (isOver) return;
      if (next === undefined) forget();
      else enter(next);
    });
    return () => {
      isOver = true;
    };
  }, [kept, enter, forget]);

  const conversation = useConversation(account);
  if (isNaming) {
    const cancel = account === undefined ? undefined : () => setNaming(false);
    return (
      <SignIn present={account} name={account?.user.name ?? kept?.user.name ?? ""} enter={enter} cancel={cancel} />
    );
  }
  if (conversation === undefined) return <main className="notice">Opening…</main>;
  return (
    <ChatRoom key={conversation.me.id} conversation={conversation} rename={() => setNaming(true)} leave={forget} />
  );
}

/** The account's conversation, opened when it appears and closed when it changes. */
function useConversation(account: Account | undefined): Conversation | undefined {
  const [conversation, setConversation] = useState<Conversation | undefined>(undefined);
  useEffect(() => {
    if (account === undefined) return;
    const opened = openConversation(account, (renewedAccount) => keepAccount(localStorage, renewedAccount), report);
    setConversation(opened);
    return () => {
      opened.close();
      setConversation(undefined);
    };
  }, [account]);
  return conversation;
}

/** What failed without anybody waiting for it is shown where it matters; here it is only kept for whoever looks. */
function report(error: unknown): void {
  // biome-ignore lint/suspicious/noConsole: the browser's own log is the page's
  console.warn(error);
}
