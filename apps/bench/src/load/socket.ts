import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

/** What a client does with what it hears. */
export interface SocketEvents {
  onOpen(): void;
  /** A text message; the bytes are reused after the call. */
  onText(bytes: Buffer, start: number, end: number): void;
  /** Once. `code` is what the server gave, 1006 where it gave none; `why` is what is known beside it. */
  onClose(code: number, why: string): void;
}

/** Where a client connects. */
export interface Address {
  readonly port: number;
  readonly path: string;
  readonly token: string | undefined;
}

// One for all sockets of the process: a read is handled before the next one begins.
const shared = Buffer.allocUnsafe(256 * 1024);
const endOfHead = "\r\n\r\n";

/** A WebSocket as cheap as can be, so that the load is not in the way of what is measured. */
export class ClientSocket {
  private readonly socket: Socket;
  private readonly events: SocketEvents;
  private rest: Buffer | undefined;
  private isUpgraded = false;
  private code = 1006;
  private why = "";

  constructor({ port, path, token }: Address, events: SocketEvents) {
    this.events = events;
    this.socket = connect({
      port,
      host: "127.0.0.1",
      noDelay: true,
      onread: { buffer: shared, callback: (length, buffer) => this.take(Buffer.from(buffer.buffer, 0, length)) },
    });
    this.socket.on("error", (error) => {
      this.why = error.message;
      this.socket.destroy();
    });
    this.socket.on("close", () => events.onClose(this.code, this.why));
    this.socket.write(
      [
        `GET ${path} HTTP/1.1`,
        `Host: 127.0.0.1:${port}`,
        "Upgrade: websocket",
        "Connection: Upgrade",
        `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
        "Sec-WebSocket-Version: 13",
        ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
        "",
        "",
      ].join("\r\n"),
    );
  }

  send(text: string): void {
    this.write(0x1, Buffer.from(text));
  }

  /** Cuts the connection, as a lost network does. */
  destroy(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): boolean {
    const bytes = this.rest ? Buffer.concat([this.rest, chunk]) : chunk;
    const at = this.isUpgraded ? this.takeFrames(bytes, 0) : this.takeHead(bytes);
    this.rest = at < bytes.length ? Buffer.from(bytes.subarray(at)) : undefined;
    return true;
  }

  private takeHead(bytes: Buffer): number {
    const end = bytes.indexOf(endOfHead);
    if (end < 0) return 0;
    const head = bytes.toString("latin1", 0, end);
    if (!head.startsWith("HTTP/1.1 101")) {
      this.why = head.slice(0, head.indexOf("\r\n"));
      this.socket.destroy();
      return bytes.length;
    }
    this.isUpgraded = true;
    this.events.onOpen();
    return this.takeFrames(bytes, end + endOfHead.length);
  }

  /** Where the first frame begins that is not whole yet. */
  private takeFrames(bytes: Buffer, from: number): number {
    let at = from;
    while (bytes.length >= at + 2) {
      const short = (bytes[at + 1] ?? 0) & 0x7f;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (bytes.length < at + head) break;
      const length =
        short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
      const end = at + head + length;
      if (bytes.length < end) break;
      this.takeFrame(bytes[at] ?? 0, bytes, at + head, end);
      at = end;
    }
    return at;
  }

  private takeFrame(first: number, bytes: Buffer, start: number, end: number): void {
    if (first === 0x81) this.events.onText(bytes, start, end);
    else if (first === 0x89) this.write(0xa, Buffer.from(bytes.subarray(start, end)));
    else if (first === 0x88) {
      this.code = end - start >= 2 ? bytes.readUInt16BE(start) : 1005;
      this.socket.end();
    } else if (first !== 0x8a) throw new Error(`a frame that no contender sends: ${first}`);
  }

  /** Masked with zeros, which costs nothing. */
  private write(opcode: number, payload: Buffer): void {
    const { length } = payload;
    const head = Buffer.alloc(length < 126 ? 6 : 8);
    head[0] = 0x80 | opcode;
    head[1] = 0x80 | Math.min(length, 126);
    if (length >= 126) head.writeUInt16BE(length, 2);
    this.socket.write(Buffer.concat([head, payload]));
  }
}
