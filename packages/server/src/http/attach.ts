import type { Server as HttpServer, IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { AnyTRPCRouter } from "@trpc/server";
import type { Served } from "./served.ts";

/** What to serve at `/trpc` instead of Dialogue's own router: one that has merged it. */
export type AttachOptions<Router extends AnyTRPCRouter> = Pick<Served<Router>, "router" | "createContext">;

/**
 * Serves HTTP, SSE and WebSocket at `/trpc`. Other requests stay with the server's other listeners, before or after;
 * so do other upgrades, which are refused with 404 where nobody else listens. Resolves when the node can serve.
 */
export type Attach = <Router extends AnyTRPCRouter>(
  server: HttpServer,
  options?: AttachOptions<Router>,
) => Promise<void>;

/** Takes the requests of one path from a server, and leaves the rest to its other listeners. */
export function takePath(
  server: HttpServer,
  path: string,
  answer: (req: IncomingMessage, res: ServerResponse) => void,
): void {
  // Node calls every listener for every request: those of others must not see what is answered here.
  const others = new Set<RequestListener>();
  for (const listener of server.listeners("request")) adopt(listener as RequestListener);

  function adopt(listener: RequestListener): void {
    server.removeListener("request", listener);
    others.add(listener);
  }

  function route(req: IncomingMessage, res: ServerResponse): void {
    if (isUnder(path, req)) return answer(req, res);
    if (others.size === 0) res.writeHead(404).end();
    for (const listener of others) listener.call(server, req, res);
  }

  server.on("request", route);
  server.on("newListener", (event: string, listener: RequestListener) => {
    if (event === "request") queueMicrotask(() => adopt(listener));
  });
}

/** The path that a request is for, without its query. */
export function pathOf(req: IncomingMessage): string {
  return (req.url ?? "/").split("?", 1)[0] ?? "/";
}

function isUnder(path: string, req: IncomingMessage): boolean {
  const asked = pathOf(req);
  return asked === path || asked.startsWith(`${path}/`);
}
