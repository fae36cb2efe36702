import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { type Contender, portOf, roomIn } from "./fan-out-contender.ts";
import { envelopeOf } from "./fan-out-messages.ts";

/** The least there is to do: one frame made per message, and written to each socket. */
export async function startPreFramed(): Promise<Contender> {
  const server = createServer();
  const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const rooms = new Map<string, Set<Duplex>>();
  server.on("upgrade", (req, raw, head) =>
    wss.handleUpgrade(req, raw, head, (socket) => {
      const room = roomIn(req.url);
      const members = rooms.get(room) ?? new Set<Duplex>();
      rooms.set(room, members.add(raw));
      socket.once("close", () => members.delete(raw));
      socket.send("ready");
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  let seq = 0;
  return {
    port: portOf(server.address()),
    tokens: [],
    say(room, text) {
      const frame = frameOf({ id: 1, result: { type: "data", data: envelopeOf(room, ++seq, text) } });
      for (const raw of rooms.get(room) ?? []) raw.write(frame);
    },
  };
}

/** A text frame of 126 to 65,535 bytes. */
function frameOf(message: object): Buffer {
  const payload = Buffer.from(JSON.stringify(message));
  const head = Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, payload]);
}
