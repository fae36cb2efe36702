import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { createChatClient } from "../src/chat-client.ts";
import { db, openDatabase } from "../src/database.ts";
import { dialogue, Message, UserJoined } from "../src/dialogue.config.ts";

const server = createServer();
const opened: ReturnType<typeof createChatClient>[] = [];
let url = "";

beforeAll(async () => {
  // Node 20 has no WebSocket of its own; a browser does.
  vi.stubGlobal("WebSocket", WebSocket);
  await openDatabase();
  dialogue.attach(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  for (const chat of opened) chat.disconnect();
  await dialogue.stop();
  server.close();
  vi.unstubAllGlobals();
});

async function arrive(id: string, name: string) {
  await db.users.create({ id, name });
  const chat = createChatClient(url, id, await dialogue.issueToken({ id, name }));
  opened.push(chat);
  await chat.connect();
  return chat;
}

it("carries messages between three people, in order, and into the application's own table", async () => {
  const heard: Record<string, string[]> = { ada: [], bob: [], cyd: [] };
  const chats = { ada: await arrive("ada", "Ada"), bob: await arrive("bob", "Bob"), cyd: await arrive("cyd", "Cyd") };
  for (const [id, chat] of Object.entries(chats))
    chat.onMessage((message, from) => heard[id]?.push(`${from}: ${message.text}`));

  for (let n = 1; n <= 4; n++) chats.ada.sendMessage(`line ${n}`);
  const said = ["ada: line 1", "ada: line 2", "ada: line 3", "ada: line 4"];
  await vi.waitFor(() => expect(heard).toEqual({ ada: said, bob: said, cyd: said }));

  const rows = await vi.waitFor(async () => {
    const found = await db.messages.list();
    expect(found).toHaveLength(4);
    return found;
  });
  expect(rows.every((row) => row.roomId === "general" && row.senderId === "ada")).toBe(true);
});

it("tells who came in, by the name in the database", async () => {
  const dee = await arrive("dee", "Dee");
  const joined: string[] = [];
  dee.onUserJoined((userId, username) => joined.push(`${userId} is ${username}`));
  await arrive("eve", "Eve");
  await vi.waitFor(() => expect(joined).toContain("eve is Eve"));
});

it("begins a new client at the fiftieth last of the events it is subscribed to", async () => {
  for (let n = 1; n <= 60; n++)
    await dialogue.trigger("general", Message, { text: `old ${n}`, senderId: "ada" }, "ada");
  await dialogue.trigger("general", UserJoined, { userId: "fay", username: "Fay" }, "fay");
  const gus = createChatClient(url, "gus", await dialogue.issueToken({ id: "gus", name: "Gus" }));
  opened.push(gus);
  await gus.connect();
  const events: string[] = [];
  gus.onMessage((message) => events.push(message.text));
  gus.onUserJoined((userId) => events.push(`${userId} joined`));
  // Its own arrival is the newest of the fifty.
  await vi.waitFor(() => expect(events.at(-1)).toBe("gus joined"));
  expect(events).toEqual([...Array.from({ length: 48 }, (_, n) => `old ${n + 13}`), "fay joined", "gus joined"]);
});

it("refuses an empty message without ending anything, and goes on", async () => {
  const hal = await arrive("hal", "Hal");
  const texts: string[] = [];
  hal.onMessage((message) => texts.push(message.text));
  hal.sendMessage("");
  hal.sendMessage("after the refusal");
  await vi.waitFor(() => expect(texts.at(-1)).toBe("after the refusal"));
});

it("takes typing, and leaves the room with its last client", async () => {
  const ida = await arrive("ida", "Ida");
  ida.setTyping(true);
  ida.setTyping(false);
  ida.disconnect();
  await vi.waitFor(async () => expect(await dialogue.isInRoom("ida", "general")).toBe(false), { timeout: 15_000 });
});
