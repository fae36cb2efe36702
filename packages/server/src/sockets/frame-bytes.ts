import type { Frame } from "@dialogue/core";
import { type AnyTRPCRouter, transformTRPCResponse } from "@trpc/server";
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

const anyHead = headOf({ id: 0, jsonrpc: undefined });
/** Clients count their calls from 1, so that few ids are many sockets'. */
const headsMost = 64;

/** Messages as a router's transformer makes them. */
export function createFrameBytes({ _def }: AnyTRPCRouter): FrameBytes {
  // Whatever holds a frame decides how long its bytes live.
  const known = new WeakMap<Frame<unknown>, Encoded>();

  function encode(frame: Frame<unknown>): Encoded {
    const { cursor, data } = frame;
    const result = cursor === undefined ? { data } : { data: { id: cursor, data }, id: cursor };
    const message = { id: 0, result: { type: "data", ...result } } as const;
    const text = JSON.stringify(transformTRPCResponse(_def._config, message));
    const encoded = { tail: Buffer.from(text.slice(anyHead.length)), byHead: new Map<string, Buffer>() };
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
