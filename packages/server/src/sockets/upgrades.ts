import type { Server as HttpServer, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock, Report, User } from "@dialogue/core";
import { closeCodes, DialogueError, type Limits } from "@dialogue/events";
import type { AnyTRPCRouter } from "@trpc/server";
import { WebSocketServer } from "ws";
import { hasUrl, pathOf } from "../http/attach.ts";
import type { Origins } from "../http/origins.ts";
import type { Served } from "../http/served.ts";
import { bearerOf, type Identify } from "../identity.ts";
import type { Faults } from "../router/faults.ts";
import type { ClientAddress } from "./client-address.ts";
import { PacedSocket } from "./paced-socket.ts";
import { createTransport } from "./transport.ts";
import { createTurnstile } from "./turnstile.ts";

/** The WebSockets of one server. */
export interface Upgrades {
  /** Closes every socket with 4001; after a moment those that do not answer are cut. */
  close(): Promise<void>;
}

const closeWaitMs = 1_000;
/** Parts of an unfinished message that are kept: more come only from who sends it byte by byte. */
const chunksMost = 256;
/** When who was refused for want of room may come again, in seconds: not all at once. */
const comeAgain = { least: 1, most: 30 };

/** Serves a router over WebSocket at its path of a server, as an unmodified tRPC client speaks it. */
export function serveUpgrades(options: {
  readonly server: HttpServer;
  readonly served: Served<AnyTRPCRouter>;
  readonly origins: Origins;
  readonly identify: Identify;
  /** Where a user who was verified here is kept for `createContext`. */
  readonly verified: WeakMap<object, User>;
  readonly faults: Faults;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly clientAddress: ClientAddress;
  readonly ready: () => Promise<void>;
  readonly report: Report;
}): Upgrades {
  const { server, served, origins, identify, verified, faults, limits, clock, ready, report } = options;
  const turnstile = createTurnstile({ clock, limits, clientAddress: options.clientAddress });
  /** How long a peer may take to answer a close: an option that the types of `ws` do not have yet. */
  const patience = { closeTimeout: limits.closeMs };
  const wss = new WebSocketServer({
    ...patience,
    noServer: true,
    WebSocket: PacedSocket,
    maxPayload: limits.frameBytes,
    perMessageDeflate: false,
    maxFragments: limits.fragments,
    maxBufferedChunks: chunksMost,
  });
  let isClosed = false;

  const transport = createTransport({
    ...{ served, faults, limits, clock, report },
    onError({ error, path }) {
      // Without a path it is the connection's: a frame too large, bytes that are no frame. Its client's doing.
      if (path !== undefined) faults.toWire(error);
    },
  });

  async function judge(req: IncomingMessage): Promise<void> {
    if (!hasUrl(req)) throw new DialogueError("INVALID_REQUEST", "cannot open a socket: the request has no valid URL");
    await ready();
    if (!origins.allows(req.headers))
      throw new DialogueError("PERMISSION_DENIED", "cannot open a socket: its origin is not allowed");
    const token = bearerOf(req.headers);
    if (token === undefined && expectsParams(req)) return;
    verified.set(req, await identify({ token, headers: req.headers, connectionParams: undefined }));
    // Who asked before the server began to stop may be known only now.
    if (isClosed) throw new DialogueError("UNAVAILABLE", "cannot open a socket: the server is stopping");
  }

  async function upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Until `ws` has taken the socket over, an error of it would have no listener.
    const ignore = () => socket.destroy();
    socket.on("error", ignore);
    try {
      socket.once("close", turnstile.enter(req));
      await judge(req);
    } catch (error) {
      return refuse(socket, faults.toTrpc(error).code);
    }
    socket.off("error", ignore);
    wss.handleUpgrade(req, socket, head, (accepted) =>
      transport.serve({ socket: accepted, raw: socket, req, awaitsParams: expectsParams(req) }),
    );
  }

  server.on("upgrade", (req, socket, head) => {
    if (pathOf(req) === served.path)
      upgrade(req, socket, head).catch((error: unknown) => report(error, "upgrade a request to a socket"));
    else if (server.listenerCount("upgrade") === 1) refuse(socket, "NOT_FOUND");
  });

  return {
    async close() {
      isClosed = true;
      const closed = [...wss.clients].map(
        (socket) => new Promise<void>((resolve) => socket.once("close", () => resolve())),
      );
      for (const socket of wss.clients) socket.close(closeCodes.DRAIN, "the server is going away");
      const cancel = clock.after(closeWaitMs, () => {
        for (const socket of wss.clients) socket.terminate();
      });
      await Promise.all(closed);
      cancel();
    },
  };
}

const statusLines: Readonly<Record<string, string>> = {
  BAD_REQUEST: "400 Bad Request",
  UNAUTHORIZED: "401 Unauthorized",
  FORBIDDEN: "403 Forbidden",
  NOT_FOUND: "404 Not Found",
  TOO_MANY_REQUESTS: "429 Too Many Requests",
  SERVICE_UNAVAILABLE: "503 Service Unavailable",
};

function refuse(socket: Duplex, code: string): void {
  const status = statusLines[code] ?? "500 Internal Server Error";
  const seconds = Math.ceil(comeAgain.least + Math.random() * (comeAgain.most - comeAgain.least));
  const later = code === "SERVICE_UNAVAILABLE" ? `retry-after: ${seconds}\r\n` : "";
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n${later}content-length: 0\r\n\r\n`, () => socket.destroy());
}

function expectsParams(req: IncomingMessage): boolean {
  return new URLSearchParams((req.url ?? "").split("?", 2)[1] ?? "").get("connectionParams") === "1";
}
