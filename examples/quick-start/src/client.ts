import { createDialogueClient } from "@dialogue/client";
import type { dialogue } from "./server.ts";

export async function chat(url: string, token: string, show: (line: string) => void) {
  const client = createDialogueClient<typeof dialogue>({ url, auth: { token } });
  await client.connect();
  const room = await client.join("general");
  room.on("message", (message) => show(`${message.from}: ${message.data.text}`));
  return (text: string) => room.trigger("message", { text, senderId: client.userId });
}
