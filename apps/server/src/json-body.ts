import type { IncomingMessage, ServerResponse } from "node:http";
import { DialogueError, type ErrorCode } from "@dialogue/events";

/** Reads a JSON body of at most `most` bytes. Throws PAYLOAD_TOO_LARGE or INVALID_REQUEST. */
export async function readJson(request: IncomingMessage, most: number): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? ""))
    throw new DialogueError("INVALID_REQUEST", "cannot read the request: its content type is not application/json");
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > most)
      throw new DialogueError("PAYLOAD_TOO_LARGE", `cannot read the request: it is larger than ${most} bytes`);
    chunks.push(bytes);
  }
  return parsed(Buffer.concat(chunks).toString("utf8"));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DialogueError("INVALID_REQUEST", "cannot read the request: it is not JSON", { cause });
  }
}

/** Answers with JSON that nobody keeps. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  response.end(body);
}

const statuses = {
  ROOM_NOT_FOUND: 404,
  ROOM_FULL: 409,
  ROOM_EXISTS: 409,
  JOIN_DENIED: 403,
  EVENT_NOT_ALLOWED: 403,
  VALIDATION_FAILED: 400,
  INVALID_REQUEST: 400,
  RATE_LIMITED: 429,
  PERMISSION_DENIED: 403,
  UNAUTHENTICATED: 401,
  CONFLICT: 409,
  UNAVAILABLE: 503,
  TIMEOUT: 504,
  PAYLOAD_TOO_LARGE: 413,
  INTERNAL: 500,
} as const satisfies Record<ErrorCode, number>;

/** Answers with a refusal: `{ error }` in its wire form, under the status of its code. */
export function sendError(response: ServerResponse, error: DialogueError): void {
  if (error.retryAfterMs !== undefined) response.setHeader("retry-after", Math.ceil(error.retryAfterMs / 1000));
  // What was not read of a refused body would be taken for the next request.
  response.setHeader("connection", "close");
  sendJson(response, statuses[error.code], { error: error.toWire() });
}
