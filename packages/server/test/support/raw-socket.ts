import { connect } from "node:net";
import { atEnd } from "./chat.ts";

/** A WebSocket made by hand, which may send what no library sends. */
export interface RawSocket {
  /** The answer to the upgrade, until the first empty line. */
  readonly head: string;
  write(bytes: Buffer | string): void;
  /** Resolves when the server has closed it: with the code of its close frame, or none. */
  readonly closed: Promise<number | undefined>;
}

export async function openRawSocket(url: string, token: string, headers: readonly string[] = []): Promise<RawSocket> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  atEnd(() => socket.destroy());
  socket.on("error", () => undefined);
  const lines = [
    `GET ${pathname} HTTP/1.1`,
    ...[`host: ${hostname}:${port}`, "upgrade: websocket", "connection: Upgrade", "sec-websocket-version: 13"],
    ...["sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==", `authorization: Bearer ${token}`, ...headers],
  ];
  let received = Buffer.alloc(0);
  socket.on("data", (bytes) => {
    received = Buffer.concat([received, bytes]);
    if (closeCode() !== undefined) socket.end();
  });
  const closeCode = () => closeCodeIn(received.subarray(received.indexOf("\r\n\r\n") + 4));
  const closed = new Promise<number | undefined>((resolve) => socket.once("close", () => resolve(closeCode())));
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  while (!received.includes("\r\n\r\n")) await new Promise<void>((resolve) => socket.once("data", () => resolve()));
  return {
    head: received.subarray(0, received.indexOf("\r\n\r\n")).toString(),
    write: (bytes) => void socket.write(bytes),
    closed,
  };
}

/** A frame of a client, masked with zeros. */
export function clientFrame(first: number, payload: Buffer | string = ""): Buffer {
  const bytes = Buffer.from(payload);
  const size = bytes.length < 126 ? [0x80 | bytes.length] : [0x80 | 126, bytes.length >> 8, bytes.length & 0xff];
  return Buffer.concat([Buffer.from([first, ...size, 0, 0, 0, 0]), bytes]);
}

function closeCodeIn(frames: Buffer): number | undefined {
  let rest = frames;
  while (rest.length >= 2) {
    const size = rest[1] ?? 0;
    const [start, length] = size < 126 ? [2, size] : [4, rest.readUInt16BE(2)];
    if (rest[0] === 0x88) return length >= 2 ? rest.readUInt16BE(start) : undefined;
    rest = rest.subarray(start + length);
  }
  return undefined;
}
