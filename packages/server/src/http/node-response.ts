import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { incomingMessageToRequest } from "@trpc/server/adapters/node-http";
import { hasUrl } from "./attach.ts";
import type { Endpoint } from "./endpoint.ts";

/** Answers a request of Node's through an endpoint. Never rejects; what cannot be answered is told to `report`. */
export async function answerNode(options: {
  readonly endpoint: Endpoint;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly maxBytes: number;
  readonly report: (error: unknown, doing: string) => void;
}): Promise<void> {
  const { endpoint, req, res, maxBytes, report } = options;
  if (!hasUrl(req)) {
    res.writeHead(400).end();
    return;
  }
  try {
    const response = await endpoint(incomingMessageToRequest(req, res, { maxBodySize: maxBytes }));
    // One by one, not as an object: that would keep one cookie of several.
    res.setHeaders(response.headers).writeHead(response.status);
    if (response.body) await pipeline(Readable.fromWeb(response.body), res);
    else res.end();
  } catch (error) {
    // A client that goes away is how streams end, not a fault.
    if (!res.destroyed) report(error, "answer an HTTP request");
    if (!res.headersSent) res.writeHead(500);
    res.end();
  }
}
