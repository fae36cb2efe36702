import { createServer } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import { envelopeOf } from "../messages.ts";
import { type Contender, portOf, roomIn } from "./contender.ts";
import { RoomMembers } from "./room-members.ts";

/** `ws` by itself: one string made per message, and sent to each socket. */
export async function startWs(): Promise<Contender> {
  const server = createServer();
  const wss = new WebSocketServer({ server, perMessageDeflate: false });
  const members = new RoomMembers<WebSocket>();
  wss.on("connection", (socket, req) => {
    const room = roomIn(req.url);
    members.enter(room, socket);
    socket.once("close", () => members.leave(room, socket));
    socket.send("ready");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  let seq = 0;
  return {
    port: portOf(server.address()),
    tokens: [],
    say(room, text) {
      const message = JSON.stringify({ id: 1, result: { type: "data", data: envelopeOf(room, ++seq, text) } });
      for (const socket of members.in(room)) socket.send(message);
    },
  };
}
