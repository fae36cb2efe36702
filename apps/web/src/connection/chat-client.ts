import type { Chat } from "@dialogue/app-server/dialogue";
import { createDialogueClient, type DialogueClient } from "@dialogue/client";
import { type Account, renewed } from "../account/account.ts";

export type { Chat } from "@dialogue/app-server/dialogue";

const dayMs = 24 * 60 * 60 * 1000;
const hourMs = 60 * 60 * 1000;

/**
 * A client of the chat. Its token lasts for weeks and was renewed when the page was loaded; a page that stays open for
 * days asks for another, which goes to `keep`.
 */
export function createChatClient(account: Account, keep: (account: Account) => void): DialogueClient<Chat> {
  let current = account;
  let renewedAt = Date.now();
  return createDialogueClient<Chat>({
    url: window.location.origin,
    // A message waits for the connection as long as somebody is likely to wait for it.
    triggerMs: hourMs,
    auth: async () => {
      if (Date.now() - renewedAt > dayMs) {
        current = (await renewed(current)) ?? current;
        renewedAt = Date.now();
        keep(current);
      }
      return { userId: current.user.id, token: current.token };
    },
  });
}
