import { createServer } from "node:http";
import { Server } from "socket.io";
import { envelopeOf } from "../messages.ts";
import { type Contender, type ContenderName, portOf } from "./contender.ts";

const ackMs = 60_000;
const recoveryMs = 120_000;

/**
 * Socket.IO with rooms, as its pages on performance and memory advise: over WebSocket alone, without compression, the
 * first request let go. `-recovery` numbers and keeps each message (`connectionStateRecovery`), `-acks` has each client
 * acknowledge it: the two ways its documentation names to lose nothing.
 */
export async function startSocketIo(contender: ContenderName): Promise<Contender> {
  const server = createServer();
  const isRecovering = contender === "socket.io-recovery";
  const io = new Server(server, {
    transports: ["websocket"],
    perMessageDeflate: false,
    serveClient: false,
    ...(isRecovering ? { connectionStateRecovery: { maxDisconnectionDuration: recoveryMs } } : {}),
  });
  io.engine.on("connection", (raw: { request: unknown }) => {
    raw.request = null;
  });
  io.on("connection", async (socket) => {
    await socket.join(String(socket.handshake.auth.room));
    socket.emit("ready");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  let seq = 0;
  const isAcknowledged = contender === "socket.io-acks";
  return {
    port: portOf(server.address()),
    tokens: [],
    say(room, text) {
      const envelope = envelopeOf(room, ++seq, text);
      if (isAcknowledged) io.to(room).timeout(ackMs).emit("message", envelope, endOnFailure);
      else io.to(room).emit("message", envelope);
    },
  };
}

/** An acknowledgement that is missing is a lost message: no result. */
function endOnFailure(error: Error | null): void {
  if (error) throw error;
}
