import { WebSocket } from "ws";
import { type ContenderName, type FromLoad, messageIn, roomId, type ToLoad } from "./fan-out-messages.ts";

/** A process that plays the clients, and sees that each gets every message once, whole and in order. */
interface Client {
  next: number;
}

const clients: Client[] = [];
let expected = 0;
let deliveries = 0;

process.on("message", (message: ToLoad) => {
  if (message.type === "expect") {
    expected += message.count;
    deliveries = 0;
    tell({ type: "expecting" });
  } else connect(message).then(() => tell({ type: "connected" }), fail);
});

async function connect({ contender, port, tokens, scenario }: ToLoad & { readonly type: "connect" }): Promise<void> {
  const sockets = scenario.rooms * scenario.socketsPerRoom;
  const atOnce = 50;
  for (let first = 0; first < sockets; first += atOnce) {
    const some = Array.from({ length: Math.min(atOnce, sockets - first) }, (_, index) => first + index);
    await Promise.all(some.map((n) => open(contender, port, roomId(n % scenario.rooms), tokens[n])));
  }
}

function open(contender: ContenderName, port: number, room: string, token: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const socket = new WebSocket(`ws://127.0.0.1:${port}${pathOf(contender, room)}`, {
      headers,
      perMessageDeflate: false,
    });
    const client: Client = { next: 0 };
    const ready = readyOf(contender);
    clients.push(client);
    socket.on("error", reject);
    socket.on("close", (code) => fail(new Error(`a socket was closed with ${code}`)));
    socket.once("open", () => {
      const first = firstOf(contender, room);
      if (first !== undefined) socket.send(first);
    });
    socket.on("message", (bytes) => {
      const frame = bytes.toString();
      if (frame === "PING") socket.send("PONG");
      else if (frame === "2") socket.send("3");
      else if (frame.includes(ready)) resolve();
      else if (frame.includes('"text"')) take(client, frame);
    });
  });
}

function take(client: Client, frame: string): void {
  const n = messageIn(frame);
  if (n !== client.next) fail(new Error(`expected message ${client.next}, got ${n}`));
  client.next++;
  deliveries++;
  if (client.next === expected && clients.every(({ next }) => next === expected))
    tell({ type: "received", deliveries });
}

function pathOf(contender: ContenderName, room: string): string {
  if (contender === "socket.io") return `/socket.io/?EIO=4&transport=websocket&room=${room}`;
  return contender === "pre-framed" ? `/?room=${room}` : "/trpc";
}

/** What a client of that server says first. */
function firstOf(contender: ContenderName, room: string): string | undefined {
  if (contender === "pre-framed") return undefined;
  if (contender === "socket.io") return "40";
  return JSON.stringify({ id: 1, method: "subscription", params: { path: "messages", input: { roomId: room } } });
}

/** What its client takes for the sign that it is in the room. */
function readyOf(contender: ContenderName): string {
  if (contender === "pre-framed") return "ready";
  if (contender === "socket.io") return '42["ready"]';
  return contender === "trpc" ? '"started"' : '"ready"';
}

function fail(error: Error): void {
  tell({ type: "failed", why: error.message });
}

function tell(message: FromLoad): void {
  process.send?.(message);
}
