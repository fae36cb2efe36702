import type { DialogueClient } from "@dialogue/client";
import { useCallback, useEffect, useState } from "react";
import { type Account, forgetAccount, keepAccount, renewed } from "./account/account.ts";
import { SignIn } from "./account/sign-in.tsx";
import { Chat } from "./chat.tsx";
import { type Chat as ChatTypes, createChatClient } from "./connection/chat-client.ts";
import { toast } from "./ui/toast-queue.ts";
import { Toasts } from "./ui/toasts.tsx";

/** Asks for a name, then shows the rooms. An account that the browser keeps is renewed and asks for nothing. */
export function App({ kept }: { readonly kept: Account | undefined }) {
  const { account, isAsking, enter, forget } = useAccount(kept);
  const client = useChatClient(account);

  return (
    <Toasts>
      {isAsking && <SignIn name={kept?.user.name ?? ""} enter={enter} />}
      {account && client && <Chat key={account.token} account={account} client={client} enter={enter} leave={forget} />}
    </Toasts>
  );
}

function useAccount(kept: Account | undefined) {
  const [account, setAccount] = useState<Account | undefined>(undefined);
  const [isAsking, setAsking] = useState(kept === undefined);

  const enter = useCallback((next: Account) => {
    keepAccount(localStorage, next);
    setAccount(next);
    setAsking(false);
  }, []);

  const forget = useCallback(() => {
    forgetAccount(localStorage);
    setAccount(undefined);
    setAsking(true);
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

  return { account, isAsking, enter, forget };
}

/** The account's client, made when it appears and disconnected when it changes. */
function useChatClient(account: Account | undefined): DialogueClient<ChatTypes> | undefined {
  const [client, setClient] = useState<DialogueClient<ChatTypes> | undefined>(undefined);
  useEffect(() => {
    if (account === undefined) return;
    const made = createChatClient(account, (renewedAccount) => keepAccount(localStorage, renewedAccount));
    const stop = made.onError(toast.failure);
    setClient(made);
    return () => {
      stop();
      setClient(undefined);
      void made.disconnect();
    };
  }, [account]);
  return client;
}
