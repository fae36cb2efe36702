import type { Clock, Frame } from "@dialogue/core";
import type { AnyTRPCRouter } from "@trpc/server";
import { textFrame } from "./text-frame.ts";

/** The bytes of a subscription's frames. A frame is encoded once, and its bytes are made once for all calls of one id. */
export interface FrameBytes {
  /** What a call is sent for a frame: for one with a cursor what tRPC sends for a tracked yield. */
  of(frame: Frame<unknown>, head: string): Buffer;
}

interface Encoded {
  /** All of the message behind its id. */
  readonly tail: Buffer;
  readonly byHead: Map<string, Buffer>;
}

/** Clients count their calls from 1, so that few ids are many sockets'. */
const headsMost = 64;

/** Messages as a router's transformer makes them. Bytes are kept to the end of the turn: so long a frame is on its way. */
export function createFrameBytes({ _def }: AnyTRPCRouter, clock: Clock): FrameBytes {
  // Not weak: each collection of garbage would look through it.
  const known = new Map<Frame<unknown>, Encoded>();
  const { output } = _def._config.transformer;

  function encode(frame: Frame<unknown>): Encoded {
    const { cursor, data } = frame;
    // By hand what tRPC's own function does of it: that copies the message three times over.
    const result =
      cursor === undefined
        ? { type: "data", data: output.serialize(data) }
        : { type: "data", data: output.serialize({ id: cursor, data }), id: cursor };
    const text = JSON.stringify({ result });
    const encoded = { tail: Buffer.from(`,${text.slice(1)}`), byHead: new Map<string, Buffer>() };
    if (known.size === 0) clock.soon(() => known.clear());
    known.set(frame, encoded);
    return encoded;
  }

  return {
    of(frame, head) {
      const { tail, byHead } = known.get(frame) ?? encode(frame);
      const ready = byHead.get(head);
      if (ready) return ready;
      const bytes = textFrame(head, tail);
      if (byHead.size < headsMost) byHead.set(head, bytes);
      return bytes;
    },
  };
}

/** How every message to a call begins. */
export function headOf({ id, jsonrpc }: { readonly id: number | string; readonly jsonrpc: "2.0" | undefined }): string {
  const begin = `{"id":${JSON.stringify(id)}`;
  return jsonrpc === undefined ? begin : `${begin},"jsonrpc":"${jsonrpc}"`;
}
