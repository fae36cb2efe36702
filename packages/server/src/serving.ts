import type { Server as HttpServer } from "node:http";
import type { Clock, Logger, Report, User } from "@dialogue/core";
import { closeCodes, DialogueError, type Limits, reportFloating } from "@dialogue/events";
import type { AnyTRPCRouter } from "@trpc/server";
import type { CreateContext } from "./context.ts";
import { type AttachOptions, takePath } from "./http/attach.ts";
import { createEndpoint } from "./http/endpoint.ts";
import { createListener } from "./http/listener.ts";
import { answerNode } from "./http/node-response.ts";
import { type Cors, createOrigins } from "./http/origins.ts";
import type { Served } from "./http/served.ts";
import type { Identify } from "./identity.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { Links } from "./links.ts";
import type { Faults } from "./router/faults.ts";
import { serveUpgrades, type Upgrades } from "./sockets/upgrades.ts";

const path = "/trpc";
const usualPort = 3000;

/** Everything of a Dialogue that has to do with being reached. */
export function createServing(options: {
  readonly config: { readonly port?: number; readonly host?: string; readonly cors?: Cors };
  readonly router: AnyTRPCRouter;
  readonly createContext: CreateContext;
  readonly identify: Identify;
  readonly verified: WeakMap<object, User>;
  readonly links: Links;
  readonly lifecycle: Lifecycle;
  readonly limits: Limits;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly report: Report;
  readonly logger: Logger;
}) {
  const { config, lifecycle, limits, links, report, logger } = options;
  const { ready, isReady } = lifecycle;
  const parts = { ...options, ready, origins: createOrigins(config.cors) };
  const own: Served<AnyTRPCRouter> = { path, router: options.router, createContext: options.createContext };
  const ownEndpoint = createEndpoint({ ...parts, served: own });
  const listener = createListener(isReady);
  const upgrades: Upgrades[] = [];
  let port = config.port ?? usualPort;
  let starting: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;

  function serveOn(server: HttpServer, served: Served<AnyTRPCRouter>): void {
    const endpoint = createEndpoint({ ...parts, served });
    takePath(server, path, (req, res) => void answerNode({ endpoint, req, res, maxBytes: limits.frameBytes, report }));
    upgrades.push(serveUpgrades({ ...parts, server, served }));
  }

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
    // Sockets first: a client comes back to a closed socket, but takes the end of a subscription for final.
    const closed = Promise.all(upgrades.map((each) => each.close()));
    links.closeAll(closeCodes.DRAIN, "the server is going away");
    await lifecycle.end();
    await closed;
    if (starting !== undefined) await listener.close();
  }

  serveOn(listener.server, own);

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
      serveOn(server, attached ? { path, ...attached } : own);
      return reportFloating(ready(), (error) => report(error, "start the node of an attached server"));
    },
    async handler(request: Request): Promise<Response> {
      const asked = new URL(request.url).pathname;
      if (asked === path || asked.startsWith(`${path}/`)) return ownEndpoint(request);
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
