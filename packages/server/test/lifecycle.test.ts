import { createServer, type Server } from "node:http";
import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { createDialogue, DialogueError, stderrLogger } from "../src/index.ts";
import { atEnd, Dice, make, openSocketClient, serve } from "./support/chat.ts";
import { inbox } from "./support/inbox.ts";

const general = { roomId: "general" };

describe("start", () => {
  it("C16: rejects in one clear line when the port is taken, and can be tried again", async () => {
    const first = await serve();
    const { port } = first.dialogue;
    const second = make({ port });
    const refusal = await second.dialogue.start().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DialogueError);
    expect(refusal).toMatchObject({ code: "UNAVAILABLE", message: `cannot listen on port ${port}: it is in use` });
    await first.dialogue.stop();
    await second.dialogue.start();
    expect((await fetch(`${second.dialogue.url}/healthz`)).status).toBe(200);
  });

  it("is the same start when called twice", async () => {
    const { dialogue } = make();
    await Promise.all([dialogue.start(), dialogue.start()]);
    await dialogue.start();
    expect(dialogue.port).toBeGreaterThan(0);
    expect(dialogue.url).toBe(`http://localhost:${dialogue.port}`);
  });

  it("listens where it is told", async () => {
    const { dialogue } = await serve({ host: "127.0.0.1" });
    expect(dialogue.url).toBe(`http://127.0.0.1:${dialogue.port}`);
    expect((await fetch(`${dialogue.url}/healthz`)).status).toBe(200);
  });

  it("counts from nothing, for a monitor that holds the method alone", async () => {
    const { metrics } = (await serve()).dialogue;
    expect(metrics()).toMatchObject({ retention: { rounds: 0, failures: 0, lastRoundAt: null } });
  });

  it("says in one line each what a restart will lose", async () => {
    const lines: string[] = [];
    const logger = { ...stderrLogger, info: () => {}, warn: (_: object, message: string) => void lines.push(message) };
    const dialogue = createDialogue({ port: 0, rooms: {}, logger });
    atEnd(() => dialogue.stop());
    await dialogue.start();
    expect(lines).toEqual([expect.stringContaining("no `log` given"), expect.stringContaining("no `secret` given")]);
  });
});

describe("stop", () => {
  it("closes open sockets with 4001, so that their clients come back, and resolves", async () => {
    const { dialogue, socket, wsUrl } = await serve();
    const ann = await socket("ann");
    const heard = ann.follow("messages", general);
    await heard.frames.next();
    await Promise.all([dialogue.stop(), dialogue.stop()]);
    expect(await ann.closes.next()).toMatchObject({ code: 4001 });
    expect(heard.ends.all).toEqual([]);
    await expect(fetch(wsUrl.replace("ws", "http"))).rejects.toThrow();
  });

  it("ends event streams without the word that is final", async () => {
    const { dialogue, token } = await serve();
    const headers = { authorization: `Bearer ${await token("ann")}`, accept: "text/event-stream" };
    const url = `${dialogue.url}/trpc/messages?input=${encodeURIComponent(JSON.stringify(general))}`;
    const response = await fetch(url, { headers });
    const text = response.text();
    await dialogue.stop();
    expect(await text).not.toContain("event: return");
  });

  it("does not wait for a socket that does not answer", async () => {
    const { dialogue, token, wsUrl } = await serve();
    const socket = new WebSocket(wsUrl, { headers: { authorization: `Bearer ${await token("ann")}` } });
    await new Promise((resolve) => socket.once("open", resolve));
    socket.pause();
    await dialogue.stop();
    socket.terminate();
  });

  it("does not let in who asked before it and is known only after", async () => {
    const asked = inbox<() => void>();
    const authenticate = () => new Promise<{ id: string }>((resolve) => asked.push(() => resolve({ id: "ann" })));
    const { dialogue, wsUrl } = await serve({ authenticate });
    const statuses = inbox<number | undefined>();
    const socket = new WebSocket(wsUrl, { headers: { authorization: "Bearer any" } });
    socket.on("upgrade", (response) => statuses.push(response.statusCode));
    socket.on("unexpected-response", (_, response) => statuses.push(response.resume().statusCode));
    const letIn = await asked.next();
    const stopped = dialogue.stop();
    letIn();
    expect(await statuses.next()).toBe(503);
    await stopped;
  });

  it("tells the hooks of every session, and is for good", async () => {
    const left: string[] = [];
    const { dialogue, socket } = await serve({
      hooks: { clients: { onDisconnected: (client) => void left.push(client.userId) } },
    });
    const [ann, bob] = await Promise.all([socket("ann"), socket("bob")]);
    await Promise.all([ann.trpc.connect.mutate(), bob.trpc.connect.mutate()]);
    await dialogue.stop();
    expect([...left].sort()).toEqual(["ann", "bob"]);
    await expect(dialogue.start()).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(dialogue.trigger("general", Dice, { sides: 6 })).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  it("ends a start that is under way", async () => {
    const { dialogue } = make();
    const started = dialogue.start();
    await dialogue.stop();
    await expect(started).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(fetch(`${dialogue.url}/healthz`)).rejects.toThrow();
  });

  it("is harmless before start", async () => {
    await make().dialogue.stop();
  });
});

describe("attach", () => {
  it("takes /trpc and leaves the rest to the server's own listeners, added before or after", async () => {
    const { dialogue, token } = make();
    const server = createServer((_, res) => res.end("mine"));
    await dialogue.attach(server);
    let later = 0;
    server.on("request", () => {
      later += 1;
    });
    const url = await listen(server);
    expect(await (await fetch(`${url}/page`)).text()).toBe("mine");
    expect(later).toBe(1);
    const headers = { authorization: `Bearer ${await token("ann")}` };
    expect((await fetch(`${url}/trpc/rooms.list`, { headers })).status).toBe(200);
    expect(later).toBe(1);
    const ann = await openSocketClient(`${url.replace("http", "ws")}/trpc`, { token: await token("ann") });
    expect(await ann.trpc.rooms.list.query()).toHaveLength(2);
    await ann.close();
  });

  it("answers 404 for other paths of a server that has nobody else", async () => {
    const { dialogue } = make();
    const server = createServer();
    await dialogue.attach(server);
    expect((await fetch(`${await listen(server)}/page`)).status).toBe(404);
  });

  it("leaves upgrades of other paths to others who listen for them", async () => {
    const { dialogue, token } = make();
    const server = createServer();
    await dialogue.attach(server);
    const others = new WebSocketServer({ noServer: true });
    server.on("upgrade", (req, socket, head) => {
      if (req.url === "/other") others.handleUpgrade(req, socket, head, (accepted) => accepted.send("mine"));
    });
    const url = (await listen(server)).replace("http", "ws");
    const texts = inbox<string>();
    const other = new WebSocket(`${url}/other`);
    other.on("message", (data) => texts.push(data.toString()));
    expect(await texts.next()).toBe("mine");
    other.terminate();
    const ann = await openSocketClient(`${url}/trpc`, { token: await token("ann") });
    expect(await ann.trpc.rooms.list.query()).toHaveLength(2);
    await ann.close();
  });

  it("refuses a server that is served already", async () => {
    const server = createServer();
    await make().dialogue.attach(server);
    const second = make().dialogue;
    expect(() => second.attach(server)).toThrow("cannot attach");
  });

  it("stops with the Dialogue, not with the server", async () => {
    const { dialogue, token } = make();
    const server = createServer((_, res) => res.end("mine"));
    await dialogue.attach(server);
    const url = await listen(server);
    const ann = await openSocketClient(`${url.replace("http", "ws")}/trpc`, { token: await token("ann") });
    await ann.trpc.connect.mutate();
    await dialogue.stop();
    expect(await ann.closes.next()).toMatchObject({ code: 4001 });
    await ann.close();
    const headers = { authorization: `Bearer ${await token("ann")}` };
    expect((await fetch(`${url}/trpc/rooms.list`, { headers })).status).toBe(503);
    expect(await (await fetch(url)).text()).toBe("mine");
  });
});

describe("the fetch handler", () => {
  it("refuses a body larger than the limit, also one that does not say its size", async () => {
    const { dialogue, token } = make();
    const headers = { authorization: `Bearer ${await token("ann")}`, "content-type": "application/json" };
    const body = new Blob(["x".repeat(70_000)]).stream();
    const init = { method: "POST", headers, body, duplex: "half" as const };
    const answer = await dialogue.handler(new Request("http://chat.example/trpc/trigger", init));
    expect([answer.status, await answer.json()]).toMatchObject([
      413,
      { error: { data: { dialogue: { code: "PAYLOAD_TOO_LARGE" } } } },
    ]);
  });

  it("serves HTTP and event streams without any server", async () => {
    const { dialogue, token } = make();
    const headers = { authorization: `Bearer ${await token("ann")}` };
    const ask = (path: string) => dialogue.handler(new Request(`http://chat.example${path}`, { headers }));
    expect((await ask("/healthz")).status).toBe(503);
    expect((await ask("/trpc/rooms.list")).status).toBe(200);
    expect((await ask("/healthz")).status).toBe(200);
    expect((await ask("/elsewhere")).status).toBe(404);
    const stream = await ask(`/trpc/messages?input=${encodeURIComponent(JSON.stringify(general))}`);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes('"ready"')) text += (await reader?.read())?.value ?? "";
    expect(await dialogue.isInRoom("ann", "general")).toBe(true);
    await reader?.cancel();
  });
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, resolve));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://localhost:${typeof address === "object" ? address?.port : 0}`;
}
