import { WebSocket } from "ws";

/** Told of what must not be. */
export type Complain = (what: string) => void;

/** After a silence of so long a client takes its connection for lost: the server sends something every 5 s. */
const silenceMs = 15_000;

/** One person's connection to one room: comes back when it is cut, and sees that nothing is missing or doubled. */
export class SoakClient {
  readonly room: string;
  /** The last event it has seen. */
  seq: number | undefined;
  private readonly url: string;
  private readonly token: string;
  private readonly complain: Complain;
  private readonly random: () => number;
  private socket: WebSocket | undefined;
  private lastEventId: string | undefined;
  private isWanted = false;
  private calls = 1;
  private heardAt = 0;
  private again: NodeJS.Timeout | undefined;

  constructor(options: {
    readonly url: string;
    readonly token: string;
    readonly room: string;
    readonly complain: Complain;
    readonly random: () => number;
  }) {
    this.url = options.url;
    this.token = options.token;
    this.room = options.room;
    this.complain = options.complain;
    this.random = options.random;
  }

  /** Joins, as somebody new. */
  join(): void {
    if (this.isWanted) return;
    this.isWanted = true;
    this.seq = undefined;
    this.lastEventId = undefined;
    this.open();
  }

  leave(): void {
    this.isWanted = false;
    clearTimeout(this.again);
    this.socket?.close();
  }

  cut(): void {
    this.socket?.terminate();
  }

  /** Reads nothing for a while. */
  freeze(ms: number): void {
    const { socket } = this;
    if (socket?.readyState !== WebSocket.OPEN) return;
    socket.pause();
    setTimeout(() => socket.resume(), ms);
  }

  /** Asks for more than anybody may. */
  flood(count: number): void {
    const data = { text: "flood", senderId: "nobody" };
    for (let n = 0; n < count; n++)
      this.ask({
        method: "mutation",
        params: { path: "trigger", input: { roomId: this.room, event: "message", data } },
      });
  }

  /** To be called now and then. */
  mind(): void {
    if (this.socket && Date.now() - this.heardAt > silenceMs) this.socket.terminate();
  }

  private open(): void {
    this.heardAt = Date.now();
    this.calls = 1;
    const headers = { authorization: `Bearer ${this.token}` };
    const socket = new WebSocket(this.url, { headers, perMessageDeflate: false });
    this.socket = socket;
    socket.on("error", () => undefined);
    socket.on("open", () => {
      const { lastEventId } = this;
      const params = { path: "messages", input: { roomId: this.room }, ...(lastEventId ? { lastEventId } : {}) };
      socket.send(JSON.stringify({ id: 1, method: "subscription", params }));
    });
    socket.on("message", (bytes) => {
      // What an old socket still brings is nobody's.
      if (this.socket === socket) this.hear(bytes.toString());
    });
    socket.on("close", () => {
      if (this.isWanted && this.socket === socket) this.again = setTimeout(() => this.open(), 1_000 * this.random());
    });
  }

  private ask(message: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ id: ++this.calls, ...message }));
  }

  private hear(text: string): void {
    this.heardAt = Date.now();
    if (text === "PING") return this.socket?.send("PONG");
    // What a server of this program sends is what tRPC says.
    const { id, result } = JSON.parse(text) as { id: number; result?: { id?: string; data?: { data: Told } } };
    if (id !== 1 || !result?.data) return;
    this.lastEventId = result.id;
    this.take(result.data.data, result.id ?? "");
  }

  private take(told: Told, cursor: string): void {
    if (told.type === "ready") this.seq ??= Number.parseInt(cursor, 10);
    else if (told.type === "reset") this.complain(`${this.room}: reset at ${cursor}`);
    else if (told.event?.seq !== (this.seq ?? 0) + 1)
      this.complain(`${this.room}: ${told.event?.seq} after ${this.seq}`);
    else this.seq = told.event.seq;
  }
}

interface Told {
  readonly type: string;
  readonly event?: { readonly seq: number };
}
