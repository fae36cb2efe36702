import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock, Report } from "@dialogue/core";
import type { Limits } from "@dialogue/events";
import type { AnyTRPCRouter } from "@trpc/server";
import { callsBeside } from "../http/endpoint.ts";
import type { Served } from "../http/served.ts";
import type { Faults } from "../router/faults.ts";
import { Answers, type OnError } from "./answers.ts";
import { Connection } from "./connection.ts";
import { Flusher } from "./flusher.ts";
import { createFrameBytes } from "./frame-bytes.ts";
import { Outlet } from "./outlet.ts";
import type { PacedSocket } from "./paced-socket.ts";
import { textFrame } from "./text-frame.ts";

/** Serves one router over the sockets that it is given. */
export interface Transport {
  /** `raw` is what the socket was made of. */
  serve(accepted: {
    readonly socket: PacedSocket;
    readonly raw: Duplex;
    readonly req: IncomingMessage;
    readonly awaitsParams: boolean;
  }): void;
  /** Asks every client to come over a new socket, which takes the subscriptions over before the old one is left. */
  requestReconnect(): void;
}

const reconnect = textFrame(JSON.stringify({ id: null, method: "reconnect" }));

/** tRPC over WebSocket as tRPC's own handler has it, but that sources are pushed and sockets are paced. */
export function createTransport(options: {
  readonly served: Served<AnyTRPCRouter>;
  readonly faults: Faults;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly onError: OnError;
  readonly report: Report;
}): Transport {
  const { served, limits, clock, onError, report } = options;
  const { router } = served;
  const flusher = new Flusher(clock, limits.flushMs);
  const batchMost = limits.subscriptionsPerSession + callsBeside;
  const parts = { flusher, clock, limits };
  const outlets = new Set<Outlet>();
  const shared = { ...options, batchMost, frames: createFrameBytes(router, clock) };

  return {
    serve({ socket, raw, req, awaitsParams }) {
      const outlet = new Outlet(raw, socket, parts);
      socket.pace(outlet);
      const answers = new Answers({ router, outlet, onError, report });
      outlets.add(outlet);
      socket.once("close", () => outlets.delete(outlet));
      new Connection(shared, { socket, outlet, answers }, { raw, req, awaitsParams });
    },
    requestReconnect() {
      for (const outlet of outlets) outlet.post(reconnect);
    },
  };
}
