import { once } from "node:events";
import { connect } from "node:net";
import { createWebSocketStream, WebSocketServer } from "ws";

/** What Neon's driver speaks to: a WebSocket that is a way to one PostgreSQL. Ends with `close`. */
export async function startWebSocketProxy(target: string) {
  const { hostname, port } = new URL(target);
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  server.on("connection", (socket) => {
    const [near, far] = [createWebSocketStream(socket), connect(Number(port || 5432), hostname)];
    near.pipe(far).pipe(near);
    // Either end may go first; the other goes with it.
    near.on("error", () => far.destroy()).on("close", () => far.destroy());
    far.on("error", () => near.destroy());
  });
  await once(server, "listening");
  const address = server.address();
  return {
    host: `127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
