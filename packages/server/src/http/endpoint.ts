import { DialogueError, type Limits } from "@dialogue/events";
import { type AnyTRPCRouter, getTRPCErrorShape } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import type { Faults } from "../router/faults.ts";
import { readBody } from "./body.ts";
import type { Origins } from "./origins.ts";
import type { Served } from "./served.ts";

/** Calls that a batch may hold beside every subscription of a session, which a client sends anew in one. */
export const callsBeside = 32;

/** Answers HTTP requests; an event stream is a response whose body goes on. */
export type Endpoint = (request: Request) => Promise<Response>;

/** Serves a router over HTTP and SSE at its path, which the caller has compared. */
export function createEndpoint(options: {
  readonly served: Served<AnyTRPCRouter>;
  readonly origins: Origins;
  readonly limits: Limits;
  readonly faults: Faults;
  /** Rejects with UNAVAILABLE while the node cannot serve. */
  readonly ready: () => Promise<void>;
}): Endpoint {
  const { served, origins, limits, faults, ready } = options;
  const { router, path } = served;

  async function answer(request: Request): Promise<Response> {
    if (!origins.allows(originOf(request)))
      throw new DialogueError("PERMISSION_DENIED", "cannot serve the request: its origin is not allowed");
    if (request.method === "OPTIONS") return new Response(null, { status: 204 });
    await ready();
    return fetchRequestHandler({
      endpoint: path,
      req: await readBody(request, limits.frameBytes),
      router,
      createContext: served.createContext,
      maxBatchSize: limits.subscriptionsPerSession + callsBeside,
      onError: ({ error }) => {
        faults.toWire(error);
      },
    });
  }

  function refuse(cause: unknown): Response {
    const error = faults.toTrpc(cause);
    const { _config: config } = router._def;
    const shape = getTRPCErrorShape({
      config,
      error,
      type: "unknown",
      path: undefined,
      input: undefined,
      ctx: undefined,
    });
    // Whatever was not read of the request must not be taken for the next one.
    return Response.json(
      { error: shape },
      { status: getHTTPStatusCodeFromError(error), headers: { connection: "close" } },
    );
  }

  return async (request) => {
    const response = await answer(request).catch(refuse);
    const granted = origins.headersFor(originOf(request));
    for (const [name, value] of Object.entries(granted)) response.headers.append(name, value);
    return response;
  };
}

function originOf({ headers, url }: Request): { readonly origin?: string; readonly host: string } {
  const origin = headers.get("origin");
  const host = headers.get("host") ?? new URL(url).host;
  return origin === null ? { host } : { origin, host };
}
