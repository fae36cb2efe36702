import { join } from "node:path";
import type { Chat } from "@dialogue/app-server/dialogue";
import { createDialogueClient } from "@dialogue/client";
import { afterAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import { startServer } from "../src/server-process.ts";
import { signedIn } from "../src/sign-in.ts";
import { temporaryFolder } from "../src/temporary-folder.ts";

const folder = await temporaryFolder();
afterAll(() => folder.remove());

it.each(["SIGTERM", "SIGINT"] as const)(
  "ends with 0 on %s under an open connection, and a restart keeps all",
  async (signal) => {
    const settings = { PORT: "0", DIALOGUE_DATA_DIR: join(folder.path, signal) };
    const first = await startServer(settings);
    const ada = await signedIn(first.url, "Ada");
    const client = createDialogueClient<Chat>({ url: first.url, auth: ada, WebSocket });
    await client.connect();
    const room = await client.join("general");
    const sent = await room.trigger("message", { text: "a word of Ada's", senderId: ada.userId });

    const ended = await first.end(signal);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toBe("");
    expect(ended.stdout.join("\n")).not.toMatch(/a word of Ada's|Ada|eyJ/);
    await client.disconnect();

    const second = await startServer(settings);
    // The token outlives the server that signed it.
    const again = createDialogueClient<Chat>({ url: second.url, auth: ada, WebSocket });
    await again.connect();
    const page = await (await again.join("general")).getHistory("message");
    expect(page.events).toEqual([sent]);
    await again.disconnect();
    expect((await second.end(signal)).code).toBe(0);
  },
);
