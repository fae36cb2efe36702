import { createTRPCClient, createWSClient, wsLink } from "@trpc/client";
import { initTRPC, TRPCError, tracked } from "@trpc/server";
import { observable } from "@trpc/server/observable";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import * as z from "zod";
import type { RouterContext } from "../src/index.ts";
import { atEnd, type Chat, Dice, make } from "./support/chat.ts";
import { inbox } from "./support/inbox.ts";
import { openWire, type Reached, reachBothWays } from "./support/two-transports.ts";

const boxed = {
  serialize: (value: unknown) => ({ boxed: value }),
  deserialize: (box: { boxed: unknown } | undefined) => box?.boxed,
};

/** A router with one procedure for everything that a transport may meet. */
function createApp(dialogue: Chat, transformer?: typeof boxed) {
  const context = initTRPC.context<RouterContext & { readonly greeting: string }>();
  const t = transformer ? context.create({ isDev: false, transformer }) : context.create({ isDev: false });
  const { procedure } = t;
  const closings: string[] = [];
  const ends = inbox<string>();
  const resumed = z.object({ lastEventId: z.string().optional() }).optional();
  const router = t.router({
    echo: procedure.input(z.unknown()).query(({ input, ctx }) => ({ greeting: ctx.greeting, input })),
    add: procedure.input(z.array(z.number())).mutation(({ input }) => input.reduce((sum, each) => sum + each, 0)),
    nothing: procedure.query(() => undefined),
    refused: procedure.query((): string => {
      throw new TRPCError({ code: "FORBIDDEN", message: "not you" });
    }),
    broken: procedure.mutation((): string => {
      throw new RangeError("a bug");
    }),
    unspeakable: procedure.query(() => ({ big: 10n }) as unknown),
    streamed: procedure.query(async function* () {
      yield 1;
    } as unknown as () => string),
    count: procedure.input(z.number()).subscription(async function* ({ input }) {
      for (let n = 1; n <= input; n++) yield n;
    }),
    unicode: procedure.subscription(async function* () {
      yield { text: "\u2028 \u0000 é 🎲", nothing: undefined, list: [undefined, null] };
    }),
    tracks: procedure.input(resumed).subscription(async function* ({ input }) {
      for (let n = Number(input?.lastEventId ?? 0) + 1; n <= 4; n++) yield tracked(String(n), { n });
    }),
    observed: procedure.subscription(() =>
      observable<string>((observer) => {
        observer.next("a");
        observer.next("b");
        observer.complete();
      }),
    ),
    fails: procedure.subscription(async function* () {
      yield 1;
      throw new TRPCError({ code: "CONFLICT", message: "midway" });
    }),
    failsToBegin: procedure.subscription((): AsyncGenerator<number> => {
      throw new TRPCError({ code: "NOT_FOUND", message: "nowhere" });
    }),
    noStream: procedure.subscription((() => 7) as unknown as () => AsyncGenerator<number>),
    endless: procedure.subscription(async function* ({ signal }) {
      try {
        yield "first";
        await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
      } finally {
        closings.push("endless");
        ends.push("endless");
      }
    }),
    chat: dialogue.router,
  });
  const createContext = async (opts: Parameters<typeof dialogue.createContext>[0]) => ({
    ...(await dialogue.createContext(opts)),
    greeting: "hello",
  });
  return { served: { router, createContext }, closings, ends };
}

type App = ReturnType<typeof createApp>["served"]["router"];

const call = (id: unknown, method: string, path: string, input?: unknown, more: object = {}) => ({
  id,
  method,
  params: { path, ...(input === undefined ? {} : { input }), ...more },
});

/** Every step waits for so many answers, so that the order of what follows is certain. */
const steps: readonly (readonly [number, ...(object | string)[]])[] = [
  [1, call(1, "query", "echo", { deep: [1, "two", null] })],
  [1, { jsonrpc: "2.0", ...call("text-id", "query", "echo", "jsonrpc") }],
  [1, call(2, "mutation", "add", [1, 2, 3])],
  [1, call(3, "query", "nothing")],
  [1, call(4, "query", "refused")],
  [1, call(5, "mutation", "broken")],
  [1, call(6, "query", "unspeakable")],
  [1, call(7, "query", "streamed")],
  [1, call(8, "query", "no.such.path")],
  [1, call(9, "mutation", "echo")],
  [1, call(10, "mutation", "add", "not numbers")],
  [5, call(11, "subscription", "count", 3)],
  [3, call(12, "subscription", "unicode")],
  [6, call(13, "subscription", "tracks")],
  [4, call(14, "subscription", "tracks", undefined, { lastEventId: "2" })],
  [4, { jsonrpc: "2.0", ...call(15, "subscription", "tracks", {}, { lastEventId: "2" }) }],
  [4, call(16, "subscription", "observed")],
  [4, call(17, "subscription", "fails")],
  [1, call(18, "subscription", "failsToBegin")],
  [1, call(19, "subscription", "noStream")],
  [2, call(20, "subscription", "endless")],
  [1, call(20, "subscription", "endless")],
  [1, { id: 20, method: "subscription.stop" }],
  [1, { id: 99, method: "subscription.stop" }, "PING"],
  [1, call(21, "subscription", "endless"), { id: 21, method: "subscription.stop" }],
  [1, { id: null, method: "query", params: { path: "echo" } }],
  [1, { method: "query", params: { path: "echo" } }],
  [1, "{"],
  [1, "null"],
  [1, "7"],
  [1, `${"[".repeat(20_000)}${"]".repeat(20_000)}`],
  [1, call({ no: "id" }, "query", "echo")],
  [1, [call(30, "query", "echo"), { id: 31, method: "teapot", params: {} }]],
  [1, "PONG", "PING"],
  [1, call(32, "query", "constructor.prototype")],
  [1, call(33, "query", "__proto__")],
  [1, call(34, "query", "a.".repeat(5_000))],
];

async function converse(
  reached: Reached,
  token: string,
  wrap: (value: unknown) => unknown,
): Promise<readonly string[]> {
  const wire = await openWire(`${reached.url}?connectionParams=1`);
  wire.socket.send(JSON.stringify({ method: "connectionParams", data: { token } }));
  for (const [count, ...messages] of steps) await wire.say(count, ...messages.map((each) => boxedInput(each, wrap)));
  const batch = [1, 2, 3].map((id) => boxedInput(call(40 + id, "query", "echo", id), wrap));
  await wire.say(3, `[${batch.map((each) => JSON.stringify(each)).join()}]`);
  return wire.texts.all;
}

function boxedInput(message: object | string, wrap: (value: unknown) => unknown): object | string {
  if (typeof message === "string" || Array.isArray(message) || !("params" in message)) return message;
  const params = message.params as { readonly input?: unknown };
  return "input" in params ? { ...message, params: { ...params, input: wrap(params.input) } } : message;
}

describe("an unmodified client of this transport, and of tRPC's own handler", () => {
  it.each([
    ["plain", undefined],
    ["transformed", boxed],
  ])("reads the same bytes, whatever it sends: %s", async (_, transformer) => {
    const { dialogue, token } = make();
    const { served } = createApp(dialogue, transformer);
    const wrap = transformer?.serialize ?? ((value: unknown) => value);
    const [stock, own] = await reachBothWays(served);
    const ann = await token("ann");
    expect(await converse(own, ann, wrap)).toEqual(await converse(stock, ann, wrap));
    expect(own.errors).toEqual(stock.errors);
    expect(own.errors.length).toBeGreaterThan(8);
  });

  it("reads the same bytes of a room, under any id", async () => {
    const { dialogue, token } = make();
    const { served } = createApp(dialogue);
    const reached = await reachBothWays(served);
    const ann = await token("ann");
    const wires = await Promise.all(
      reached.map(async ({ url }) => {
        const wire = await openWire(`${url}?connectionParams=1`);
        wire.socket.send(JSON.stringify({ method: "connectionParams", data: { token: ann } }));
        await wire.say(2, call(1, "subscription", "chat.messages", { roomId: "general" }));
        await wire.say(2, {
          jsonrpc: "2.0",
          ...call("second", "subscription", "chat.messages", { roomId: "general" }),
        });
        await wire.say(2, call(3, "subscription", "chat.typing", { roomId: "general" }));
        return wire;
      }),
    );
    for (let sides = 2; sides < 42; sides++) await dialogue.trigger("general", Dice, { sides }, "ann");
    const long = await dialogue.trigger("general", Dice, { sides: 6 }, { meta: { text: "é".repeat(1_900) } });
    const [fromStock, fromOwn] = await Promise.all(
      wires.map(async ({ texts }) => {
        await texts.take(82);
        return [...texts.all].sort();
      }),
    );
    expect(fromOwn).toEqual(fromStock);
    expect(fromOwn?.join()).toContain(long.id);
  });

  it.each([
    ["none", undefined],
    ["a forged token", { method: "connectionParams", data: { token: "forged" } }],
    ["null", { method: "connectionParams", data: null }],
    ["a number for a text", { method: "connectionParams", data: { token: 7 } }],
    ["no object", "7"],
    ["no JSON", "{"],
  ])("hears the same of connectionParams that will not do: %s", async (_, params) => {
    const { dialogue } = make();
    const reached = await reachBothWays(createApp(dialogue).served);
    const logs = reached.map(async ({ url }) => {
      const wire = await openWire(params === undefined ? url : `${url}?connectionParams=1`);
      if (params !== undefined) wire.socket.send(typeof params === "string" ? params : JSON.stringify(params));
      wire.socket.send(JSON.stringify(call(1, "query", "echo")));
      const code = await wire.closed;
      return [code, wire.texts.all];
    });
    const [stock, own] = await Promise.all(logs);
    expect(own).toEqual(stock);
    expect(reached[1].errors).toEqual(reached[0].errors);
  });

  it("sees the same life of its subscriptions: drops, moves, stops and ends", async () => {
    const { dialogue, token } = make();
    const { served, ends } = createApp(dialogue);
    const ann = await token("ann");
    const logs: (readonly string[])[] = [];
    for (const reached of await reachBothWays(served)) logs.push(await live(reached, { ann, dialogue, ends }));
    const [stock, own] = logs;
    expect(own).toEqual(stock);
    expect(own).toContain("sides 9");
  });
});

describe("a router that is hard to serve", () => {
  it("takes down neither the process nor the socket when nothing can be encoded", async () => {
    const { dialogue, token } = make();
    const throwing = () => {
      throw new Error("cannot serialize");
    };
    const input = { serialize: (value: unknown) => value, deserialize: (value: unknown) => value };
    const t = initTRPC.context<RouterContext>().create({
      transformer: { input, output: { serialize: throwing, deserialize: throwing } },
    });
    const router = t.router({ ask: t.procedure.query(() => "never heard") });
    const reached = await reachBothWays({ router, createContext: (opts) => dialogue.createContext(opts) });
    for (const { url, errors } of reached) {
      const wire = await openWire(`${url}?connectionParams=1`);
      wire.socket.send(JSON.stringify({ method: "connectionParams", data: { token: await token("ann") } }));
      expect(await wire.say(1, "{", call(1, "query", "ask"), call(2, "query", "nowhere"), "PING")).toEqual(["PONG"]);
      expect(errors.join()).toContain("cannot serialize");
    }
  });

  it("waits for the socket with an iterable that never waits, and ends it with the socket", async () => {
    const { dialogue, token } = make();
    const ends = inbox<string>();
    const t = initTRPC.context<RouterContext>().create();
    const router = t.router({
      flood: t.procedure.subscription(async function* () {
        try {
          for (;;) yield "x".repeat(10_000);
        } finally {
          ends.push("ended");
        }
      }),
      ask: t.procedure.query(() => "answered"),
    });
    const [, { url }] = await reachBothWays({ router, createContext: (opts) => dialogue.createContext(opts) });
    const [flooded, other] = await Promise.all(
      ["ann", "bob"].map(async (user) => {
        const wire = await openWire(`${url}?connectionParams=1`);
        wire.socket.send(JSON.stringify({ method: "connectionParams", data: { token: await token(user) } }));
        return wire;
      }),
    );
    await flooded?.say(100, call(1, "subscription", "flood"));
    flooded?.socket.close();
    expect(await ends.next()).toBe("ended");
    expect(await other?.say(1, call(1, "query", "ask"))).toEqual([
      '{"id":1,"result":{"type":"data","data":"answered"}}',
    ]);
  });
});

async function live(
  reached: Reached,
  world: { readonly ann: string; readonly dialogue: Chat; readonly ends: { next(): Promise<string> } },
): Promise<readonly string[]> {
  const { ann, dialogue, ends } = world;
  const sockets: WebSocket[] = [];
  const opened = inbox<string>();
  class TrackedSocket extends WebSocket {
    constructor(url: string) {
      super(url);
      sockets.push(this);
      this.on("open", () => opened.push("open"));
    }
  }
  const ws = createWSClient({
    url: reached.url,
    connectionParams: { token: ann },
    // The package's class stands in for the browser's, which Node 20 lacks; their types differ in what is not used.
    WebSocket: TrackedSocket as unknown as typeof globalThis.WebSocket,
    retryDelayMs: () => 0,
  });
  atEnd(() => ws.close());
  const client = createTRPCClient<App>({ links: [wsLink({ client: ws })] });
  const log = inbox<string>();
  const room = client.chat.messages.subscribe(
    { roomId: "general" },
    {
      onStarted: () => log.push("started"),
      onStopped: () => log.push("stopped"),
      onData: ({ data }) =>
        log.push(data.type === "event" ? `sides ${JSON.parse(JSON.stringify(data.event.data)).sides}` : data.type),
      onComplete: () => log.push("complete"),
    },
  );
  await log.take(2);
  const roll = async (sides: number) => {
    await dialogue.trigger("general", Dice, { sides });
    while (!log.all.includes(`sides ${sides}`)) await log.next();
  };
  await roll(5);
  sockets.at(-1)?.terminate();
  await roll(6);
  reached.requestReconnect();
  await opened.take(3);
  await roll(7);
  await client.add.mutate([1, 2]).then((sum) => log.push(`sum ${sum}`));
  const endless = client.endless.subscribe(undefined, { onData: (data) => log.push(String(data)) });
  while (!log.all.includes("first")) await log.next();
  endless.unsubscribe();
  log.push(await ends.next());
  await client.refused.query().catch((error: Error) => log.push(error.message));
  await roll(9);
  room.unsubscribe();
  await client.count.subscribe(2, { onData: (n) => log.push(`count ${n}`), onComplete: () => log.push("counted") });
  while (!log.all.includes("counted")) await log.next();
  return log.all;
}
