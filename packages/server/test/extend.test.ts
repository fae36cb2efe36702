import { createServer } from "node:http";
import { attachable } from "@dialogue/core";
import { createTRPCClient, createWSClient, httpBatchLink, wsLink } from "@trpc/client";
import { callTRPCProcedure, initTRPC, isTrackedEnvelope, TRPCError } from "@trpc/server";
import { createHTTPHandler } from "@trpc/server/adapters/standalone";
import { applyWSSHandler } from "@trpc/server/adapters/ws";
import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import * as z from "zod";
import type { RouterContext } from "../src/index.ts";
import { atEnd, type Chat, Dice, make } from "./support/chat.ts";
import { inbox } from "./support/inbox.ts";

interface AppContext extends RouterContext {
  readonly db: { readonly notes: string[] };
}

/** An application's own router, with a middleware and a context of its own, that has merged the chat's. */
function createApp(dialogue: Chat) {
  const t = initTRPC.context<AppContext>().create({ errorFormatter: dialogue.errorFormatter });
  const signedIn = t.procedure.use(({ ctx, next }) => {
    const { user } = ctx.dialogue;
    if (!user) throw new TRPCError({ code: "UNAUTHORIZED", message: "who are you?" });
    return next({ ctx: { user } });
  });
  return t.router({
    hello: t.procedure.query(() => "hello"),
    signIn: t.procedure
      .input(z.object({ name: z.string() }))
      .mutation(({ input }) => dialogue.issueToken({ id: input.name })),
    note: signedIn.input(z.string().min(1)).mutation(async ({ ctx, input }) => {
      ctx.db.notes.push(`${ctx.user.id}: ${input}`);
      await dialogue.trigger("general", Dice, { sides: 6 }, ctx.user.id);
    }),
    broken: t.procedure.query((): string => {
      throw new Error("the key is 1234");
    }),
    chat: dialogue.router,
  });
}

type App = ReturnType<typeof createApp>;

describe("a router that merges the chat's", () => {
  it("is served by attach with its own context, procedures and middlewares", async () => {
    const { dialogue, reported } = make();
    const db = { notes: [] as string[] };
    const server = createServer();
    await dialogue.attach(server, {
      router: createApp(dialogue),
      createContext: async (opts) => ({ ...(await dialogue.createContext(opts)), db }),
    });
    const url = await listen(server);
    const nobody = createTRPCClient<App>({ links: [httpBatchLink({ url: `${url}/trpc` })] });
    expect(await nobody.hello.query()).toBe("hello");
    await expect(nobody.note.mutate("x")).rejects.toMatchObject({ data: { dialogue: { code: "UNAUTHENTICATED" } } });
    await expect(nobody.chat.rooms.list.query()).rejects.toMatchObject({
      data: { dialogue: { code: "UNAUTHENTICATED" } },
    });
    const ann = socketClient(`${url.replace("http", "ws")}/trpc`, await nobody.signIn.mutate({ name: "ann" }));
    const rolled = inbox<unknown>();
    ann.chat.messages.subscribe(
      { roomId: "general" },
      { onData: ({ data }) => rolled.push(data.type === "event" && data.event.from) },
    );
    await rolled.next();
    await ann.note.mutate("buy tea");
    expect(await rolled.next()).toBe("ann");
    expect(db.notes).toEqual(["ann: buy tea"]);
    const broken = await ann.broken.query().catch((error: unknown) => error);
    expect(broken).toMatchObject({ data: { dialogue: { code: "INTERNAL" } } });
    expect(JSON.stringify(Object(broken).shape)).not.toMatch(/1234|stack/);
    expect(reported).toEqual([new Error("the key is 1234")]);
  });

  it("may set as many cookies as it likes", async () => {
    const { dialogue } = make();
    const t = initTRPC.context<RouterContext & { readonly cookies?: Headers }>().create();
    const router = t.router({
      chat: dialogue.router,
      signIn: t.procedure.query(({ ctx }) => {
        ctx.cookies?.append("set-cookie", "session=1; HttpOnly");
        ctx.cookies?.append("set-cookie", "seen=yes");
      }),
    });
    const server = createServer();
    await dialogue.attach(server, {
      router,
      createContext: async (opts) => ({
        ...(await dialogue.createContext(opts)),
        ...("resHeaders" in opts ? { cookies: opts.resHeaders } : {}),
      }),
    });
    const answer = await fetch(`${await listen(server)}/trpc/signIn`);
    expect(answer.headers.getSetCookie()).toEqual(["session=1; HttpOnly", "seen=yes"]);
  });

  it("is served by tRPC's own adapters", async () => {
    const { dialogue, token } = make();
    const db = { notes: [] };
    const router = createApp(dialogue);
    const createContext = async (opts: Parameters<typeof dialogue.createContext>[0]) => ({
      ...(await dialogue.createContext(opts)),
      db,
    });
    const server = createServer(createHTTPHandler({ router, createContext }));
    applyWSSHandler({ wss: new WebSocketServer({ server }), router, createContext });
    const url = await listen(server);
    const headers = { authorization: `Bearer ${await token("ann")}` };
    const http = createTRPCClient<App>({ links: [httpBatchLink({ url, headers })] });
    expect(await http.chat.rooms.list.query()).toHaveLength(2);
    const ann = socketClient(url.replace("http", "ws"), await token("ann"));
    expect(await ann.chat.connect.mutate()).toMatchObject({ user: { id: "ann" } });
    expect(dialogue.getClients("ann")).toHaveLength(1);
    await expect(ann.chat.history.query({ roomId: "nowhere" })).rejects.toMatchObject({
      data: { dialogue: { code: "ROOM_NOT_FOUND" } },
    });
  });

  it("works through a server-side caller", async () => {
    const { dialogue, token } = make();
    const t = initTRPC.context<AppContext>().create({ errorFormatter: dialogue.errorFormatter });
    const req = { headers: { authorization: `Bearer ${await token("ann")}` } };
    const context = { ...(await dialogue.createContext({ req })), db: { notes: [] } };
    const caller = t.createCallerFactory(createApp(dialogue))(context);
    await caller.note("buy tea");
    const { events } = await caller.chat.history({ roomId: "general" });
    expect(events).toMatchObject([{ event: "dice", from: "ann" }]);
    await expect(caller.chat.history({ roomId: "nowhere" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    const frames: unknown[] = [];
    for await (const frame of await caller.chat.messages({ roomId: "general", cursor: "0." })) {
      frames.push(frame);
      if (frames.length === 2) break;
    }
    expect(frames.map((frame) => isTrackedEnvelope<{ type: string }>(frame) && frame[1].type)).toEqual([
      "ready",
      "event",
    ]);
    expect(await dialogue.isInRoom("ann", "general")).toBe(true);
  });

  it("holds a session for as long as a caller iterates, and no longer", async () => {
    const left = inbox<string>();
    const { dialogue, token } = make({
      limits: { graceMs: 0 },
      hooks: { clients: { onDisconnected: (client) => left.push(client.userId) } },
    });
    const req = { headers: { authorization: `Bearer ${await token("ann")}` } };
    const caller = dialogue.router.createCaller(await dialogue.createContext({ req }));
    for await (const _ of await caller.messages({ roomId: "general" })) break;
    expect(await left.next()).toBe("ann");
    await expect(caller.messages({ roomId: "nowhere" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await left.next()).toBe("ann");
  });

  it("is told in the log what it forgot: Dialogue's part of the context", async () => {
    const { dialogue, reported } = make();
    const t = initTRPC.create();
    const forgetful = t.createCallerFactory(t.router({ chat: dialogue.router }))({});
    await expect(forgetful.chat.rooms.list()).rejects.toMatchObject({ code: "INTERNAL_SERVER_ERROR" });
    expect(reported).toMatchObject([{ message: expect.stringContaining("dialogue.createContext(opts)") }]);
  });
});

describe("what a subscription answers", () => {
  it.each(["messages", "typing", "presence", "signals"])("carries its source through the router: %s", async (path) => {
    const { dialogue, token } = make();
    const ctx = await dialogue.createContext({ req: { headers: { authorization: `Bearer ${await token("ann")}` } } });
    const ended = new AbortController();
    const answer = await callTRPCProcedure({
      ...{ router: dialogue.router, path, ctx, type: "subscription", batchIndex: 0, signal: ended.signal },
      getRawInput: async () => ({ roomId: "general" }),
    });
    const source: unknown = Reflect.get(Object(answer), attachable);
    expect(source).toEqual({ attach: expect.any(Function) });
    expect(Reflect.get(Object(answer), Symbol.asyncIterator)).toEqual(expect.any(Function));
    ended.abort();
  });
});

function socketClient(url: string, token: string) {
  // The package's class stands in for the browser's, which Node 20 lacks; their types differ in what is not used.
  const ws = createWSClient({
    url,
    connectionParams: { token },
    WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
  });
  atEnd(() => ws.close());
  return createTRPCClient<App>({ links: [wsLink({ client: ws })] });
}

async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, resolve));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://localhost:${typeof address === "object" ? address?.port : 0}`;
}
