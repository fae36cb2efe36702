import { createServer, type Server } from "node:http";
import { defaultLimits } from "@dialogue/events";
import type { AnyTRPCRouter } from "@trpc/server";
import { applyWSSHandler } from "@trpc/server/adapters/ws";
import { WebSocket, WebSocketServer } from "ws";
import type { Served } from "../../src/http/served.ts";
import { createFaults } from "../../src/router/faults.ts";
import type { OnError } from "../../src/sockets/answers.ts";
import { PacedSocket } from "../../src/sockets/paced-socket.ts";
import { createTransport } from "../../src/sockets/transport.ts";
import { systemClock } from "../../src/system-clock.ts";
import { atEnd } from "./chat.ts";
import { inbox } from "./inbox.ts";

/** One router behind a transport. */
export interface Reached {
  readonly name: "stock" | "own";
  readonly url: string;
  /** Errors as `onError` heard of them: type, path and code. */
  readonly errors: readonly string[];
  requestReconnect(): void;
}

type Router = Pick<Served<AnyTRPCRouter>, "router" | "createContext">;

/** When a silent client is asked for a sign of life, and when it is given up. */
type Patience = Pick<typeof defaultLimits, "pingMs" | "pongMs">;

/** The same router behind tRPC's own handler and behind Dialogue's. */
export async function reachBothWays(served: Router, patience?: Patience): Promise<readonly [Reached, Reached]> {
  return [await reachStock(served, patience), await reachOwn(served, patience)];
}

async function reachStock({ router, createContext }: Router, patience?: Patience): Promise<Reached> {
  const { url, server } = await listen();
  const errors: string[] = [];
  const handler = applyWSSHandler({
    wss: new WebSocketServer({ server }),
    router,
    createContext,
    onError: noteIn(errors),
    ...(patience ? { keepAlive: { enabled: true, pingMs: patience.pingMs, pongWaitMs: patience.pongMs } } : {}),
  });
  return { name: "stock", url, errors, requestReconnect: handler.broadcastReconnectNotification };
}

async function reachOwn(served: Router, patience?: Patience): Promise<Reached> {
  const { url, server } = await listen();
  const errors: string[] = [];
  const report = (error: unknown) => void errors.push(`reported ${String(error)}`);
  const transport = createTransport({
    served: { ...served, path: "/" },
    faults: createFaults({ newId: () => "0", report }),
    limits: { ...defaultLimits, ...patience },
    clock: systemClock,
    onError: noteIn(errors),
    report,
  });
  const wss = new WebSocketServer({ noServer: true, WebSocket: PacedSocket });
  server.on("upgrade", (req, raw, head) =>
    wss.handleUpgrade(req, raw, head, (socket) =>
      transport.serve({ socket, raw, req, awaitsParams: (req.url ?? "").includes("connectionParams=1") }),
    ),
  );
  return { name: "own", url, errors, requestReconnect: transport.requestReconnect };
}

/** A client that writes texts and keeps what it reads. */
export async function openWire(url: string) {
  const socket = new WebSocket(url);
  const texts = inbox<string>();
  socket.on("message", (data) => texts.push(data.toString()));
  socket.on("error", () => undefined);
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  atEnd(() => socket.terminate());
  await new Promise<void>((resolve) => socket.once("open", () => resolve()));
  return {
    socket,
    texts,
    closed,
    /** Sends, and resolves with so many answers. */
    async say(count: number, ...messages: readonly (object | string)[]) {
      for (const message of messages) socket.send(typeof message === "string" ? message : JSON.stringify(message));
      return texts.take(count);
    },
  };
}

function noteIn(errors: string[]): OnError {
  return ({ error, type, path }) => void errors.push(`${type} ${path} ${error.code} ${error.message}`);
}

async function listen(): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { server, url: `ws://localhost:${typeof address === "object" ? address?.port : 0}/` };
}
