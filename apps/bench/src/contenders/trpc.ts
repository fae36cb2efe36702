import { EventEmitter, on } from "node:events";
import { createServer } from "node:http";
import { initTRPC } from "@trpc/server";
import { applyWSSHandler } from "@trpc/server/adapters/ws";
import { WebSocketServer } from "ws";
import * as z from "zod";
import { envelopeOf } from "../messages.ts";
import { type Contender, portOf } from "./contender.ts";

/** tRPC's own handler, with a generator per subscriber as its documentation shows. */
export async function startTrpc(): Promise<Contender> {
  const spoken = new EventEmitter().setMaxListeners(0);
  const t = initTRPC.create();
  const messages = t.procedure.input(z.object({ roomId: z.string() })).subscription(async function* ({
    input,
    signal,
  }) {
    for await (const [envelope] of on(spoken, input.roomId, { signal })) yield envelope;
  });
  const server = createServer();
  applyWSSHandler({ wss: new WebSocketServer({ server }), router: t.router({ messages }) });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  let seq = 0;
  return {
    port: portOf(server.address()),
    tokens: [],
    say: (room, text) => void spoken.emit(room, envelopeOf(room, ++seq, text)),
  };
}
