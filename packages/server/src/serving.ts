import type { Server as HttpServer } from "node:http";
import type { Logger } from "@dialogue/core";
import { DialogueError, reportFloating } from "@dialogue/events";
import type { AnyTRPCRouter } from "@trpc/server";
import type { CreateContext } from "./context.ts";
import { createFront, type FrontOptions } from "./front.ts";
import { type AttachOptions, isUnder } from "./http/attach.ts";
import { createListener } from "./http/listener.ts";
import type { Lifecycle } from "./lifecycle.ts";

const path = "/trpc";
const usualPort = 3000;

/** Everything of a Dialogue that has to do with being reached. */
export function createServing(
  options: Omit<FrontOptions, "ready"> & {
    readonly config: { readonly port?: number; readonly host?: string };
    readonly router: AnyTRPCRouter;
    readonly createContext: CreateContext;
    readonly lifecycle: Lifecycle;
    readonly logger: Logger;
  },
) {
  const { config, router, createContext, lifecycle, report, logger } = options;
  const { ready, isReady } = lifecycle;
  const own = { path, router, createContext };
  const front = createFront({ ...options, ready });
  const answer = front.endpoint(own);
  const listener = createListener(isReady, report, options.limits);
  let port = config.port ?? usualPort;
  let starting: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;

  async function begin(): Promise<void> {
    port = await listener.listen(port, config.host);
    try {
      await ready();
    } catch (error) {
      await listener.close();
      throw error;
    }
    logger.info({ port }, "listening");
  }

  async function end(): Promise<void> {
    lifecycle.refuse();
    const [outcome] = await Promise.allSettled([starting]);
    await front.drain();
    await lifecycle.end();
    if (starting !== undefined && outcome.status === "fulfilled") await listener.close();
  }

  front.serve(listener.server, own);

  return {
    async start(): Promise<void> {
      if (stopping !== undefined) throw new DialogueError("UNAVAILABLE", "cannot start: the server was stopped");
      starting ??= begin().catch((error: unknown) => {
        starting = undefined;
        throw error;
      });
      return starting;
    },
    stop(): Promise<void> {
      stopping ??= end();
      return reportFloating(stopping, (error) => report(error, "stop"));
    },
    attach<Router extends AnyTRPCRouter>(server: HttpServer, attached?: AttachOptions<Router>): Promise<void> {
      front.serve(server, attached ? { path, ...attached } : own);
      return reportFloating(ready(), (error) => report(error, "start the node of an attached server"));
    },
    async handler(request: Request): Promise<Response> {
      const asked = new URL(request.url).pathname;
      if (isUnder(path, asked)) return answer(request);
      if (asked !== "/healthz") return new Response(null, { status: 404 });
      return Response.json({ status: isReady() ? "ok" : "unavailable" }, { status: isReady() ? 200 : 503 });
    },
    get port(): number {
      return port;
    },
    get url(): string {
      return `http://${hostName(config.host)}:${port}`;
    },
  };
}

/** A name under which this machine reaches an address that a server listens at. */
function hostName(host: string | undefined): string {
  if (host === undefined || host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
