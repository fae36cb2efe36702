import type { AnyTRPCRouter, inferRouterContext } from "@trpc/server";
import type { FetchCreateContextFnOptions } from "@trpc/server/adapters/fetch";
import type { CreateWSSContextFnOptions } from "@trpc/server/adapters/ws";
import type { RouterContext } from "../context.ts";

/** What a context is made of: an HTTP request, or the upgrade request of a socket. */
export type ServedRequest = FetchCreateContextFnOptions | CreateWSSContextFnOptions;

/** A router, what makes its contexts, and the path it is served at. */
export interface Served<Router extends AnyTRPCRouter> {
  readonly path: string;
  readonly router: Router;
  readonly createContext: (
    request: ServedRequest,
  ) => (inferRouterContext<Router> & RouterContext) | Promise<inferRouterContext<Router> & RouterContext>;
}
