import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createDialogueClient } from "@dialogue/client";
import { createTRPCClient, createWSClient, wsLink } from "@trpc/client";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { type AppRouter, appRouter, createContext, dialogue } from "../src/app.ts";

const server = createServer();
let url = "";
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  vi.stubGlobal("WebSocket", WebSocket);
  dialogue.attach(server, { router: appRouter, createContext });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  for (const close of closing) close();
  await dialogue.stop();
  server.close();
  vi.unstubAllGlobals();
});

async function appClient(userId: string) {
  const token = await dialogue.issueToken({ id: userId });
  const socket = createWSClient({ url: `ws://${url}/trpc`, connectionParams: { token } });
  closing.push(() => socket.close());
  return createTRPCClient<AppRouter>({ links: [wsLink({ client: socket })] });
}

it("serves the application's procedures, under its middlewares, beside the chat", async () => {
  const ann = await appClient("ann");
  const ticket = await ann.tickets.open.mutate({ title: "Lamp is broken" });
  expect(await ann.tickets.list.query()).toEqual([ticket]);
  await expect(ann.tickets.close.mutate({ id: ticket.id })).rejects.toMatchObject({ data: { code: "FORBIDDEN" } });
  const staff = await appClient("staff-bo");
  const second = await ann.tickets.open.mutate({ title: "Lamp flickers" });
  expect(await staff.tickets.close.mutate({ id: ticket.id })).toEqual([ticket]);
  const third = await ann.tickets.open.mutate({ title: "Lamp hums" });
  expect((await ann.tickets.list.query()).map(({ id }) => id)).toEqual([second.id, third.id]);
  expect(third.id).not.toBe(second.id);
});

it("carries what a procedure triggers to a chat client of the same server", async () => {
  const chat = createDialogueClient<typeof dialogue>({
    url: `http://${url}`,
    mount: "chat",
    auth: { token: await dialogue.issueToken({ id: "cat" }) },
  });
  closing.push(() => chat.disconnect());
  await chat.connect();
  const room = await chat.join("support");
  const texts: string[] = [];
  room.on("message", (message) => texts.push(`${message.from}: ${message.data.text}`));
  const ann = await appClient("ann");
  const ticket = await ann.tickets.open.mutate({ title: "Door squeaks" });
  await vi.waitFor(() => expect(texts).toContain(`ann: Ticket ${ticket.id}: Door squeaks`));
});

it("answers the chat's own refusals with their codes inside the application's router", async () => {
  const ann = await appClient("ann");
  await expect(ann.chat.history.query({ roomId: "nowhere" })).rejects.toMatchObject({
    data: { code: "NOT_FOUND", dialogue: { code: "ROOM_NOT_FOUND", retry: false } },
  });
});
