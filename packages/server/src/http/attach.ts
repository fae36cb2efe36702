import type { Server as HttpServer, IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { DialogueError } from "@dialogue/events";
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

const taken = new WeakSet<HttpServer>();

/** Takes the requests of one path from a server, and leaves the rest to its other listeners. Throws INVALID_REQUEST for a server twice. */
export function takePath(
  server: HttpServer,
  path: string,
  answer: (req: IncomingMessage, res: ServerResponse) => void,
): void {
  if (taken.has(server))
    throw new DialogueError("INVALID_REQUEST", "cannot attach: a Dialogue serves that server already");
  taken.add(server);
  // Node calls every listener for every request: those of others must not see what is answered here.
  const others = new Set<RequestListener>();
  // Node's types know of a listener only that it is a function.
  for (const listener of server.listeners("request")) adopt(listener as RequestListener);

  function adopt(listener: RequestListener): void {
    server.removeListener("request", listener);
    others.add(listener);
  }

  function route(req: IncomingMessage, res: ServerResponse): void {
    if (isUnder(path, pathOf(req))) return answer(req, res);
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

/** Whether a request's Host and target make a URL, which all that looks at them later takes for granted. */
export function hasUrl(req: IncomingMessage): boolean {
  return URL.canParse(req.url ?? "", `http://${req.headers.host ?? "localhost"}`);
}

/** Whether a path is another one, or below it. */
export function isUnder(path: string, asked: string): boolean {
  return asked === path || asked.startsWith(`${path}/`);
}
