import type { Chat } from "@dialogue/app-server/dialogue";
import { createDialogueClient } from "@dialogue/client";
import { WebSocket } from "ws";
import { type SignedIn, signedIn } from "./sign-in.ts";

/** Somebody in the room without a browser. */
export type Member = Awaited<ReturnType<typeof enterAs>>;

/** Signs in and joins the room. */
export async function enterAs(url: string, name: string) {
  return joinAs(url, await signedIn(url, name));
}

/** Joins the room as somebody who has signed in. */
export async function joinAs(url: string, auth: SignedIn) {
  const client = createDialogueClient<Chat>({ url, auth, WebSocket });
  await client.connect();
  const room = await client.join("general");
  return {
    auth,
    client,
    room,
    say: (text: string) => room.trigger("message", { text, senderId: auth.userId }),
  };
}
