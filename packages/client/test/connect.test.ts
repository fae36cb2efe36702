import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { DialogueError } from "@dialogue/events";
import { createProxy } from "@dialogue/testkit/proof";
import { initTRPC } from "@trpc/server";
import { afterEach, expect, test, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { createClient } from "../src/client.ts";
import type { DialogueClient } from "../src/dialogue-client.ts";
import { newId } from "../src/new-id.ts";
import { clientOf, collect, hasty, say, serve, textOf, until } from "./harness.ts";
import { listening } from "./listening.ts";
import { createManualClock } from "./manual-clock.ts";

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function served(...settings: Parameters<typeof serve>) {
  const dialogue = await serve(...settings);
  endings.push(() => dialogue.stop());
  return dialogue;
}

async function proxied(port: number) {
  const proxy = await createProxy(port);
  endings.push(() => proxy.close());
  return proxy;
}

function kept(client: DialogueClient): DialogueClient {
  endings.push(() => client.disconnect());
  return client;
}

/** The next error that nobody awaited. */
function nextError(client: DialogueClient): Promise<DialogueError> {
  return new Promise((resolve) => {
    const off = client.onError((error) => {
      off();
      resolve(error);
    });
  });
}

function becomes(client: DialogueClient, state: DialogueClient["state"]): Promise<void> {
  return until(() => client.state === state);
}

test("connect resolves after onConnected has run", async () => {
  const ran: string[] = [];
  const dialogue = await served({
    hooks: {
      clients: {
        async onConnected(client) {
          await new Promise((resolve) => setTimeout(resolve, 5));
          ran.push(client.userId);
        },
      },
    },
  });
  const client = kept(await clientOf(dialogue, "ada"));
  await client.connect();
  expect(ran).toEqual(["ada"]);
  expect(client.state).toBe("connected");
  expect(client.userId).toBe("ada");
});

test("calls of connect at the same time share one attempt", async () => {
  const dialogue = await served();
  const proxy = await proxied(dialogue.port);
  const client = kept(await clientOf(dialogue, "ada", { url: proxy.url }));
  const connected = vi.fn();
  client.onConnect(connected);
  await Promise.all([client.connect(), client.connect(), client.connect()]);
  await client.connect();
  expect(proxy.accepted).toBe(1);
  expect(connected).toHaveBeenCalledTimes(1);
});

test("C17: a server that cannot be reached is a TIMEOUT, after which nothing is left running", async () => {
  const proxy = await proxied(1);
  proxy.setOpen(false);
  const clock = createManualClock();
  const client = createClient({ url: proxy.url, auth: { token: "t" }, WebSocket }, { clock, random: () => 0.5, newId });
  const refusal = client.connect().catch((error: unknown) => error);
  await until(() => client.connection.current().nextTryAt !== undefined);
  expect(client.state).toBe("connecting");
  clock.move(10_000);
  expect(await refusal).toMatchObject({ code: "TIMEOUT" });
  expect(client.state).toBe("disconnected");
  while (clock.step());
  const before = proxy.accepted;
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(proxy.accepted).toBe(before);
  expect(clock.pending).toBe(0);
});

test("a client that could not connect can try again", async () => {
  const dialogue = await served();
  const proxy = await proxied(dialogue.port);
  proxy.setOpen(false);
  const clock = createManualClock();
  const client = kept(await clientOf(dialogue, "ada", { url: proxy.url }, { clock, random: () => 0.5, newId }));
  const refusal = client.connect().catch((error: DialogueError) => error.code);
  await until(() => client.connection.current().nextTryAt !== undefined);
  clock.move(10_000);
  expect(await refusal).toBe("TIMEOUT");
  proxy.setOpen(true);
  await client.connect();
  expect(client.state).toBe("connected");
});

test("a token that is not valid is refused for good", async () => {
  const dialogue = await served();
  const proxy = await proxied(dialogue.port);
  const client = createClient({ url: proxy.url, auth: { token: "forged" }, WebSocket }, hasty);
  await expect(client.connect()).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  expect(client.state).toBe("disconnected");
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(proxy.accepted).toBe(1);
});

test("another user's token is refused", async () => {
  const dialogue = await served();
  const token = await dialogue.issueToken({ id: "bob" });
  const client = createClient({ url: dialogue.url, auth: { userId: "ada", token }, WebSocket }, hasty);
  expect(client.userId).toBe("ada");
  await expect(client.connect()).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  expect(client.state).toBe("disconnected");
});

test("an auth that throws is refused, and its cause is kept", async () => {
  const dialogue = await served();
  const cause = new Error("no session");
  const auth = () => Promise.reject(cause);
  const client = createClient({ url: dialogue.url, auth, WebSocket }, hasty);
  await expect(client.connect()).rejects.toMatchObject({ code: "UNAUTHENTICATED", cause });
});

test("a runtime without WebSocket is told what to do", async () => {
  const client = createClient({ url: "http://localhost", auth: { token: "t" } }, hasty);
  vi.stubGlobal("WebSocket", undefined);
  await expect(client.connect()).rejects.toThrow(/no WebSocket/);
  vi.unstubAllGlobals();
});

test("a runtime that is given a WebSocket later can connect then", async () => {
  const dialogue = await served();
  const token = await dialogue.issueToken({ id: "ada" });
  const client = kept(createClient({ url: dialogue.url, auth: { token } }, hasty));
  vi.stubGlobal("WebSocket", undefined);
  await expect(client.connect()).rejects.toThrow(/no WebSocket/);
  vi.stubGlobal("WebSocket", WebSocket);
  await client.connect();
  expect(client.state).toBe("connected");
  vi.unstubAllGlobals();
});

test("connect, disconnect and connect in one turn connects, as where StrictMode runs an effect twice", async () => {
  const dialogue = await served();
  const client = kept(await clientOf(dialogue, "ada"));
  const first = client.connect().catch((error: DialogueError) => error.code);
  const joining = client.join("general").catch((error: DialogueError) => error.code);
  void client.disconnect();
  const second = client.connect();
  const joined = client.join("general");
  expect(await first).toBe("UNAVAILABLE");
  expect(await joining).toBe("UNAVAILABLE");
  await second;
  expect(client.state).toBe("connected");
  const room = await joined;
  expect(client.getRoom("general")).toBe(room);
  const again = client.join({ id: "plans" }).catch((error: DialogueError) => error.code);
  await new Promise((resolve) => setImmediate(resolve));
  void client.disconnect();
  void client.connect();
  const plans = await client.join({ id: "plans" });
  expect(await again).toBe("UNAVAILABLE");
  expect(client.getRoom({ id: "plans" })).toBe(plans);
});

test("an auth that never answers is asked again", async () => {
  const dialogue = await served();
  const proxy = await proxied(dialogue.port);
  const token = await dialogue.issueToken({ id: "ada" });
  let asked = 0;
  const auth = () => (++asked === 2 ? new Promise<never>(() => undefined) : { token });
  const client = kept(createClient({ url: proxy.url, auth, WebSocket, connectMs: 300 }, hasty));
  await client.connect();
  const error = nextError(client);
  proxy.cut();
  expect(await error).toMatchObject({ code: "UNAUTHENTICATED", cause: { code: "TIMEOUT" } });
  await becomes(client, "connected");
  expect(asked).toBe(3);
});

test("what is no http or ws url is refused at once", () => {
  for (const url of ["", "localhost:3000", "ftp://x", "/trpc"])
    expect(() => createClient({ url, auth: { token: "t" } }, hasty)).toThrow(DialogueError);
});

test("a connect left floating goes to onError", async () => {
  const dialogue = await served();
  const client = createClient({ url: dialogue.url, auth: { token: "forged" }, WebSocket }, hasty);
  const error = nextError(client);
  void client.connect();
  expect((await error).code).toBe("UNAUTHENTICATED");
});

test("disconnect is at once, tells the server, and lets connect begin anew", async () => {
  const left: string[] = [];
  const dialogue = await served({ hooks: { clients: { onLeft: (_, roomId) => void left.push(roomId) } } });
  const client = kept(await clientOf(dialogue, "ada"));
  const reasons: string[] = [];
  client.onDisconnect((reason) => void reasons.push(reason));
  await client.connect();
  await client.join("general");
  const done = client.disconnect();
  expect(client.state).toBe("disconnected");
  expect(client.getRoom("general")).toBeUndefined();
  await done;
  await until(() => left.length === 1);
  expect(reasons).toEqual(["disconnected"]);
  await client.connect();
  await client.join("general");
});

test("a session ended by the server is final", async () => {
  const dialogue = await served();
  const client = kept(await clientOf(dialogue, "ada"));
  await client.connect();
  const error = nextError(client);
  for (const session of dialogue.getClients("ada")) session.disconnect();
  expect((await error).code).toBe("UNAUTHENTICATED");
  expect(client.state).toBe("disconnected");
});

test("a token that expires on an open socket is replaced by a fresh one, and nothing is lost", async () => {
  const dialogue = await served({
    authenticate: ({ token }) => (token === "old" ? { id: "ada", expiresAt: Date.now() + 400 } : { id: "ada" }),
  });
  const tokens = ["old", "new"];
  const client = kept(
    createClient({ url: dialogue.url, auth: () => ({ token: tokens.shift() ?? "new" }), WebSocket }, hasty),
  );
  const reasons: string[] = [];
  client.onDisconnect((reason) => void reasons.push(reason));
  await client.connect();
  const room = await client.join("general");
  const seen = collect(room);
  await until(() => reasons.length === 1);
  expect(reasons[0]).toContain("4003");
  await becomes(client, "connected");
  await say(client, room, "still here");
  await until(() => seen.length === 1);
  expect(tokens).toEqual([]);
});

test("a token that expires and cannot be renewed is final", async () => {
  const dialogue = await served({ authenticate: () => ({ id: "ada", expiresAt: Date.now() + 400 }) });
  const client = kept(createClient({ url: dialogue.url, auth: { token: "old" }, WebSocket }, hasty));
  await client.connect();
  expect((await nextError(client)).code).toBe("UNAUTHENTICATED");
  expect(client.state).toBe("disconnected");
});

test.each([0, 0.3, 0.99])(
  "a server that accepts and closes sees at most five sockets in 30 s (dice at %d)",
  async (die) => {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    endings.push(() => new Promise((resolve) => server.close(resolve)));
    await until(() => server.address() !== null);
    const clock = createManualClock();
    const opened: number[] = [];
    server.on("connection", (socket) => {
      opened.push(clock.elapsed());
      socket.close();
    });
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const client = createClient(
      { url: `ws://127.0.0.1:${port}`, auth: { token: "t" }, WebSocket, connectMs: 10 * 60_000 },
      { clock, random: () => die, newId },
    );
    const ended = client.connect().catch((error: unknown) => error);
    while (opened.length < 12) {
      const count = opened.length;
      await until(() => opened.length > count || client.connection.current().nextTryAt !== undefined);
      const { nextTryAt } = client.connection.current();
      if (nextTryAt !== undefined) clock.move(nextTryAt - clock.now() + 1);
    }
    await client.disconnect();
    expect(await ended).toBeInstanceOf(DialogueError);
    for (const start of opened) {
      const inWindow = opened.filter((at) => at >= start && at < start + 30_000);
      expect(inWindow.length).toBeLessThanOrEqual(5);
    }
  },
);

test("a network that flaps every second sees at most five sockets in 30 s", async () => {
  const dialogue = await served();
  const proxy = await proxied(dialogue.port);
  const clock = createManualClock();
  const opened: number[] = [];
  // When a socket opens, and not when it is welcomed, which on a busy machine is a good deal later.
  class Counted extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.once("open", () => opened.push(clock.elapsed()));
    }
  }
  const surroundings = { clock, random: () => 0, newId };
  const client = kept(await clientOf(dialogue, "ada", { url: proxy.url, WebSocket: Counted }, surroundings));
  await client.connect();
  while (opened.length < 12) {
    const count = opened.length;
    clock.move(1_000);
    proxy.cut();
    await becomes(client, "connecting");
    await until(() => {
      // The dice say at once; what holds it back is the window alone.
      clock.move(50);
      return opened.length > count && client.state === "connected";
    });
  }
  for (const start of opened)
    expect(opened.filter((at) => at >= start && at < start + 30_000).length).toBeLessThanOrEqual(5);
});

test.each([4500, 4501, 4502, 4503, 4504, 4509])("a server that closes with %d is not come back to", async (code) => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  endings.push(() => new Promise((resolve) => server.close(resolve)));
  await until(() => server.address() !== null);
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  let opened = 0;
  server.on("connection", (socket) => {
    opened++;
    socket.close(code);
  });
  const clock = createManualClock();
  const options = { url: `ws://127.0.0.1:${port}`, auth: () => ({ token: "t" }), WebSocket };
  const client = createClient(options, { clock, random: () => 0, newId });
  const refusal = await client.connect().catch((error: DialogueError) => error);
  expect(refusal).toBeInstanceOf(DialogueError);
  expect(client.connection.current()).toEqual({ state: "disconnected", reason: refusal });
  while (clock.step());
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(opened).toBe(1);
});

test("a connection that hangs is given up after the sign of life fails to come, and what was missed arrives", async () => {
  const dialogue = await served();
  const proxy = await proxied(dialogue.port);
  const keepAlive = { intervalMs: 40, timeoutMs: 40 };
  const client = kept(await clientOf(dialogue, "ada", { url: proxy.url, keepAlive }));
  const other = kept(await clientOf(dialogue, "bob"));
  await Promise.all([client.connect(), other.connect()]);
  const seen = collect(await client.join("general"));
  const room = await other.join("general");
  proxy.blackHole();
  await say(other, room, "while it hung");
  await until(() => seen.length === 1);
  expect(seen.map(textOf)).toEqual(["while it hung"]);
  // A busy machine may be taken for a dead one once more.
  expect(proxy.accepted).toBeGreaterThanOrEqual(2);
});

test("a socket that does not open is given up, and another one tried", async () => {
  const dialogue = await served();
  const silent = createServer((socket) => void socket.resume().on("error", () => undefined));
  const port = await listening(silent);
  endings.push(() => new Promise((resolve) => silent.close(resolve)));
  const proxy = await proxied(port);
  const clock = createManualClock();
  const token = await dialogue.issueToken({ id: "ada" });
  const client = kept(
    createClient({ url: proxy.url, auth: { token }, WebSocket, connectMs: 10_000 }, { clock, random: () => 0, newId }),
  );
  const first = client.connect().catch((error: DialogueError) => error.code);
  await until(() => proxy.accepted === 1);
  clock.move(10_000);
  expect(await first).toBe("TIMEOUT");
  proxy.setTarget(dialogue.port);
  await client.connect();
});

test("a Dialogue inside an application's router is reached by its prefix", async () => {
  const dialogue = await served();
  const t = initTRPC.context<typeof dialogue.createContext>().create({ errorFormatter: dialogue.errorFormatter });
  const router = t.router({ hello: t.procedure.query(() => "hello"), chat: dialogue.router });
  const server = createHttpServer();
  await dialogue.attach(server, { router, createContext: dialogue.createContext });
  const port = await listening(server);
  endings.push(() => new Promise((resolve) => server.close(resolve)));
  const client = kept(await clientOf(dialogue, "ada", { url: `http://127.0.0.1:${port}`, mount: "chat" }));
  await client.connect();
  const room = await client.join("general");
  const seen = collect(room);
  await say(client, room, "inside");
  await until(() => seen.length === 1);
  await expect(client.join({ id: "nowhere" })).rejects.toMatchObject({ code: "ROOM_NOT_FOUND" });
});

test("the connection says why it is down and when the next try begins", async () => {
  const dialogue = await served();
  const proxy = await proxied(dialogue.port);
  const client = kept(await clientOf(dialogue, "ada", { url: proxy.url }, { ...hasty, random: () => 0.2 }));
  await client.connect();
  const statuses: unknown[] = [];
  client.connection.subscribe(({ state, reason, nextTryAt }) =>
    statuses.push([state, reason?.code, nextTryAt !== undefined]),
  );
  proxy.cut();
  await until(() => statuses.length >= 4);
  expect(statuses).toEqual([
    ["connecting", "UNAVAILABLE", false],
    ["connecting", "UNAVAILABLE", true],
    ["connecting", "UNAVAILABLE", false],
    ["connected", undefined, false],
  ]);
});
