import { createServer } from "node:http";
import { Server } from "socket.io";
import { type Contender, portOf, roomIn } from "./fan-out-contender.ts";
import { envelopeOf } from "./fan-out-messages.ts";

/** Socket.IO with rooms, over WebSocket alone and without compression, which is how it is fastest. */
export async function startSocketIo(): Promise<Contender> {
  const server = createServer();
  const io = new Server(server, { transports: ["websocket"], perMessageDeflate: false, serveClient: false });
  io.on("connection", async (socket) => {
    await socket.join(roomIn(socket.request.url));
    socket.emit("ready");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  let seq = 0;
  return {
    port: portOf(server.address()),
    tokens: [],
    say: (room, text) => void io.to(room).emit("message", envelopeOf(room, ++seq, text)),
  };
}
