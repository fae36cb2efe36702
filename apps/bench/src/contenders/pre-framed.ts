import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { envelopeOf } from "../messages.ts";
import { type Contender, portOf, roomIn } from "./contender.ts";
import { RoomMembers } from "./room-members.ts";

/** The least there is to do: one frame made per message, and written to each socket. */
export async function startPreFramed(): Promise<Contender> {
  const server = createServer();
  const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const members = new RoomMembers<Duplex>();
  server.on("upgrade", (req, raw, head) =>
    wss.handleUpgrade(req, raw, head, (socket) => {
      const room = roomIn(req.url);
      members.enter(room, raw);
      socket.once("close", () => members.leave(room, raw));
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
      for (const raw of members.in(room)) raw.write(frame);
    },
  };
}

/** A text frame of 126 to 65,535 bytes. */
function frameOf(message: object): Buffer {
  const payload = Buffer.from(JSON.stringify(message));
  const head = Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, payload]);
}
