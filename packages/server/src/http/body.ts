import { DialogueError } from "@dialogue/events";

/** The same request with its body read, so that one too large is refused before anything looks at it. Throws PAYLOAD_TOO_LARGE. */
export async function readBody(request: Request, maxBytes: number): Promise<Request> {
  if (!request.body) return request;
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  const { url, method, headers, signal } = request;
  return new Request(url, { method, headers, signal, body: Buffer.concat(chunks) });
}

function tooLarge(maxBytes: number): DialogueError {
  return new DialogueError("PAYLOAD_TOO_LARGE", `cannot read the request: its body is larger than ${maxBytes} bytes`);
}
