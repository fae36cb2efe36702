import type { Server as HttpServer } from "node:http";
import type { Clock, Report, User } from "@dialogue/core";
import { closeCodes, type Limits } from "@dialogue/events";
import type { AnyTRPCRouter } from "@trpc/server";
import { takePath } from "./http/attach.ts";
import { createEndpoint, type Endpoint } from "./http/endpoint.ts";
import { answerNode } from "./http/node-response.ts";
import type { Origins } from "./http/origins.ts";
import type { Served } from "./http/served.ts";
import type { Identify } from "./identity.ts";
import type { Links } from "./links.ts";
import type { Faults } from "./router/faults.ts";
import type { ClientAddress } from "./sockets/client-address.ts";
import { serveUpgrades, type Upgrades } from "./sockets/upgrades.ts";

/** Every server that routers are served on. */
export interface Front {
  serve(server: HttpServer, served: Served<AnyTRPCRouter>): void;
  /** The same without a server: HTTP alone. */
  endpoint(served: Served<AnyTRPCRouter>): Endpoint;
  /** Closes sockets, ends streams, and waits a moment for the answers of what is under way. */
  drain(): Promise<void>;
}

/** What is needed to serve a router. */
export interface FrontOptions {
  readonly origins: Origins;
  readonly identify: Identify;
  /** Where a user who was verified at an upgrade is kept for `createContext`. */
  readonly verified: WeakMap<object, User>;
  readonly links: Links;
  readonly limits: Limits;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly report: Report;
  readonly clientAddress: ClientAddress;
  /** Resolves when the node can serve; rejects with UNAVAILABLE while it cannot. */
  readonly ready: () => Promise<void>;
}

const answerWaitMs = 1_000;

export function createFront(options: FrontOptions): Front {
  const { links, limits, clock, report } = options;
  const upgrades: Upgrades[] = [];
  const answers = new Set<Promise<void>>();

  const endpoint = (served: Served<AnyTRPCRouter>) => createEndpoint({ ...options, served });

  function answered(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(answerWaitMs, resolve);
      void Promise.all(answers).then(() => {
        cancel();
        resolve();
      });
    });
  }

  return {
    endpoint,
    serve(server, served) {
      const answer = endpoint(served);
      takePath(server, served.path, (req, res) => {
        const answering = answerNode({ endpoint: answer, req, res, maxBytes: limits.frameBytes, report });
        answers.add(answering);
        void answering.finally(() => answers.delete(answering));
      });
      upgrades.push(serveUpgrades({ ...options, server, served }));
    },
    async drain() {
      // Sockets first: a client comes back to a closed socket, but takes the end of a subscription for final.
      const closed = Promise.all(upgrades.map((each) => each.close()));
      links.closeAll(closeCodes.DRAIN, "the server is going away");
      await answered();
      await closed;
    },
  };
}
