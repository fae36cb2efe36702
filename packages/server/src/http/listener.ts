import { createServer, type Server as HttpServer } from "node:http";
import type { Report } from "@dialogue/core";
import { DialogueError, type Limits } from "@dialogue/events";
import { pathOf } from "./attach.ts";

/** The server of `start`. */
export interface Listener {
  readonly server: HttpServer;
  /** The port it listens on. Rejects with UNAVAILABLE, in one line, when it cannot. */
  listen(port: number, host: string | undefined): Promise<number>;
  /** Takes no new connection, and ends what is open. */
  close(): Promise<void>;
}

const checkMs = 2_000;

/** A server that answers `/healthz` and, until something is attached, nothing else. */
export function createListener(isReady: () => boolean, report: Report, limits: Limits): Listener {
  const bounds = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
  };
  // Node looks every 30 seconds whether a request has had its time, unless it is told otherwise.
  const looking = { connectionsCheckingInterval: Math.min(checkMs, limits.headersMs, limits.requestMs) };
  const server = createServer({ ...bounds, ...looking }, (req, res) => {
    if (pathOf(req) !== "/healthz") return res.writeHead(404).end();
    const status = isReady() ? 200 : 503;
    res.writeHead(status, { "content-type": "application/json" });
    return res.end(JSON.stringify({ status: isReady() ? "ok" : "unavailable" }));
  });

  return {
    server,
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        const refuse = (error: Error) => reject(cannotListen(port, error));
        server.once("error", refuse);
        server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
          server.off("error", refuse);
          server.on("error", (error) => report(error, "accept connections"));
          const address = server.address();
          resolve(typeof address === "object" && address ? address.port : port);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function cannotListen(port: number, cause: Error): DialogueError {
  const code = "code" in cause ? cause.code : undefined;
  const whys: Readonly<Record<string, string>> = { EADDRINUSE: "it is in use", EACCES: "it needs more rights" };
  const why = (typeof code === "string" && whys[code]) || cause.message;
  return new DialogueError("UNAVAILABLE", `cannot listen on port ${port}: ${why}`, { cause });
}
