import { createTRPCClient, createWSClient, wsLink } from "@trpc/client";
import { initTRPC } from "@trpc/server";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { atEnd } from "./support/chat.ts";
import { inbox } from "./support/inbox.ts";
import { openWire, type Reached, reachBothWays } from "./support/two-transports.ts";

interface Begun {
  readonly signal: AbortSignal | undefined;
  readonly answer: () => void;
}

/** Procedures that a test lets answer, over sockets that it may close on the server's side. */
function createApp(admitted: Promise<unknown> = Promise.resolve()) {
  const begun = inbox<Begun>();
  const accepted = inbox<{ close(): void }>();
  const t = initTRPC.context<object>().create({ isDev: false });
  const pend = (signal: AbortSignal | undefined) =>
    new Promise<string>((resolve) => begun.push({ signal, answer: () => resolve("answered") }));
  const router = t.router({
    ask: t.procedure.query(({ signal }) => pend(signal)),
    change: t.procedure.mutation(({ signal }) => pend(signal)),
    quick: t.procedure.query(() => "at once"),
    watch: t.procedure.subscription(async function* ({ signal }) {
      yield await pend(signal);
    }),
  });
  const createContext = async (request: object) => {
    // Both transports give the socket as `res`, whatever their types call it.
    accepted.push((request as { readonly res: { close(): void } }).res);
    await admitted;
    return {};
  };
  return { served: { router, createContext }, begun, accepted };
}

type App = ReturnType<typeof createApp>["served"]["router"];

function openClient(url: string) {
  const sockets = inbox<WebSocket>();
  class TrackedSocket extends WebSocket {
    constructor(address: string) {
      super(address);
      this.on("open", () => sockets.push(this));
    }
  }
  const ws = createWSClient({
    url,
    // The package's class stands in for the browser's, which Node 20 lacks; their types differ in what is not used.
    WebSocket: TrackedSocket as unknown as typeof globalThis.WebSocket,
    retryDelayMs: () => 0,
  });
  atEnd(() => ws.close());
  return { ws, sockets, trpc: createTRPCClient<App>({ links: [wsLink({ client: ws })] }) };
}

const closedOf = (socket: WebSocket) => new Promise<void>((resolve) => socket.once("close", () => resolve()));
const outcomeOf = (call: Promise<unknown>) =>
  call.then(
    (value) => `answered ${value}`,
    (error: Error) => `${error.name}: ${error.message}`,
  );

async function compare(tell: (reached: Reached, app: ReturnType<typeof createApp>) => Promise<unknown>) {
  // An app for each: a client comes back whenever it likes, and must not be taken for one of the other side.
  const [stockApp, ownApp] = [createApp(), createApp()];
  const [[stock], [, own]] = [await reachBothWays(stockApp.served), await reachBothWays(ownApp.served)];
  const told = await tell(stock, stockApp);
  expect(await tell(own, ownApp)).toEqual(told);
  expect(own.errors).toEqual(stock.errors);
  return told;
}

describe("a call that is under way when its socket closes", () => {
  const closings = ["the client", "the server", "a cut"] as const;
  const kinds = ["query", "mutation"] as const;

  it.each(closings.flatMap((by) => kinds.map((kind) => [by, kind] as const)))(
    "by %s rejects as it does with tRPC's handler, and leaves the server well: %s",
    async (by, kind) => {
      const told = await compare(async ({ url }, { begun, accepted }) => {
        const { ws, sockets, trpc } = openClient(url);
        const outcome = outcomeOf(kind === "query" ? trpc.ask.query() : trpc.change.mutate());
        const [socket, { signal, answer }, end] = [await sockets.next(), await begun.next(), await accepted.next()];
        const closed = closedOf(socket);
        // A client that closes of its own accord waits for what it asked; its page does not.
        if (by === "the client") socket.close();
        else if (by === "the server") end.close();
        else socket.terminate();
        const heard = await outcome;
        await closed;
        const bystander = await openWire(url);
        const first = await bystander.say(1, { id: 1, method: "query", params: { path: "quick" } });
        const isAborted = signal?.aborted;
        answer();
        const second = await bystander.say(1, { id: 2, method: "query", params: { path: "quick" } });
        await ws.close();
        return [heard, isAborted, first, second];
      });
      expect(String(told)).toMatch(/^TRPCClientError: /);
    },
  );
});

describe("a reconnect that the server asks for", () => {
  it("keeps the old socket until what is under way on it has been answered", async () => {
    const told = await compare(async (reached, { begun }) => {
      const { ws, sockets, trpc } = openClient(reached.url);
      const outcome = outcomeOf(trpc.ask.query());
      const [old, { answer }] = [await sockets.next(), await begun.next()];
      const closed = closedOf(old);
      reached.requestReconnect();
      await sockets.next();
      const anew = await outcomeOf(trpc.quick.query());
      const wasOpen = old.readyState === old.OPEN;
      answer();
      const heard = await outcome;
      await closed;
      await ws.close();
      return [anew, wasOpen, heard];
    });
    expect(told).toEqual(["answered at once", true, "answered answered"]);
  });
});

describe("a call that is stopped before it starts", () => {
  it("is not begun if it is a subscription, and answered if it is a query", async () => {
    const logs: unknown[] = [];
    let admit = () => {};
    const admitted = new Promise<void>((resolve) => {
      admit = resolve;
    });
    const { served, begun, accepted } = createApp(admitted);
    const reached = await reachBothWays(served);
    const wires = await Promise.all(reached.map(({ url }) => openWire(url)));
    for (const { socket } of wires) {
      socket.send(JSON.stringify({ id: 1, method: "subscription", params: { path: "watch" } }));
      socket.send(JSON.stringify({ id: 1, method: "subscription.stop" }));
      socket.send(JSON.stringify({ id: 2, method: "query", params: { path: "quick" } }));
      socket.send(JSON.stringify({ id: 2, method: "subscription.stop" }));
      socket.send("PING");
    }
    for (const { texts } of wires) expect(await texts.next()).toBe("PONG");
    await accepted.take(2);
    admit();
    for (const { texts } of wires) logs.push([...(await texts.take(2))].sort());
    expect(logs[1]).toEqual(logs[0]);
    expect(logs[1]).toContain('{"id":1,"result":{"type":"stopped"}}');
    expect(begun.all).toEqual([]);
    expect(reached[1].errors).toEqual(reached[0].errors);
  });
});

describe("a client that is silent", () => {
  it("is asked with the same PING again and again, as long as it answers", async () => {
    for (const { url } of await reachBothWays(createApp().served, { pingMs: 20, pongMs: 30_000 })) {
      const wire = await openWire(url);
      expect(await wire.say(1, { id: 1, method: "query", params: { path: "quick" } })).toHaveLength(1);
      expect(await wire.texts.next()).toBe("PING");
      expect(await wire.say(1, "PONG")).toEqual(["PING"]);
    }
  });

  it("is cut when it does not", async () => {
    for (const { url } of await reachBothWays(createApp().served, { pingMs: 20, pongMs: 20 })) {
      const wire = await openWire(url);
      wire.socket.send("PONG");
      expect(await wire.closed).toBe(1006);
      expect(wire.texts.all).toEqual(["PING"]);
    }
  });
});
