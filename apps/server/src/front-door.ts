import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { sendJson } from "./json-body.ts";

/** A port that is held already, before there is a chat behind it. */
export interface FrontDoor {
  readonly server: Server;
  /** Where a browser on this machine finds it. */
  readonly url: string;
  /** Who answers from now on. */
  open(listener: RequestListener): void;
}

/**
 * Listens, and answers 503 until it is opened. To take the port first shows at once that another program has it, and
 * touches no data then. Rejects with what listening failed of.
 */
export async function takePort(port: number, host: string | undefined): Promise<FrontDoor> {
  const server = createServer(refuse);
  const listening = once(server, "listening");
  server.listen(host === undefined ? { port } : { port, host });
  await listening;
  return {
    server,
    url: urlOf(server, host),
    open(listener) {
      server.off("request", refuse);
      server.on("request", listener);
    },
  };
}

const refuse: RequestListener = (_, response) => {
  response.setHeader("retry-after", 1);
  sendJson(response, 503, { status: "starting" });
};

function urlOf(server: Server, host: string | undefined): string {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const isEverywhere = host === undefined || host === "0.0.0.0" || host === "::";
  const name = isEverywhere ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
