import { DialogueError, type ErrorCode } from "@dialogue/events";
import { type WebSocket, WebSocketServer } from "ws";
import * as z from "zod";
import { until } from "./harness.ts";

/** One request of a client's, and the ways to answer it. */
export interface Request {
  readonly path: string;
  readonly input: unknown;
  readonly lastEventId: string | undefined;
  /** An answer, or a value that a subscription yields. */
  data(data: unknown): void;
  /** A tracked value. */
  tracked(id: string, data: unknown): void;
  refuse(code: string, dialogueCode: string): void;
  /** The same for a call. */
  refuseCall(code: ErrorCode, retryAfterMs?: number): void;
  /** Asks the client to move to another socket. */
  askToMove(): void;
}

/** A server that speaks the wire's language and says what it is told to: what no honest server would say. */
export interface ScriptedServer {
  readonly url: string;
  close(): Promise<void>;
}

const message = z.object({
  id: z.number().optional(),
  method: z.string(),
  params: z.object({ path: z.string(), input: z.unknown().optional(), lastEventId: z.string().optional() }).optional(),
});

/** Answers `connect`, `rooms.join` and `rooms.leave` by itself, everything else by `script`. */
export async function scriptedServer(script: (request: Request) => void): Promise<ScriptedServer> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await until(() => server.address() !== null);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  server.on("connection", (socket) => {
    socket.on("message", (bytes) => {
      const text = String(bytes);
      if (text === "PING") return socket.send("PONG");
      const received: unknown = JSON.parse(text);
      for (const one of Array.isArray(received) ? received : [received]) answer(socket, one, script);
    });
  });
  return {
    url: `ws://127.0.0.1:${address.port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function answer(socket: WebSocket, received: unknown, script: (request: Request) => void): void {
  const { id, method, params } = message.parse(received);
  if (!params) return;
  const send = (body: object): void => socket.send(JSON.stringify({ id, ...body }));
  const data = (value: unknown): void => send({ result: { type: "data", data: value } });
  if (method === "subscription") send({ result: { type: "started" } });
  if (params.path === "connect") return data({ user: { id: "ada", name: "Ada" }, sessionId: "s", resumed: false });
  if (params.path === "rooms.join") return data(room);
  if (params.path === "rooms.leave") return data(undefined);
  script({
    path: params.path,
    input: params.input,
    lastEventId: params.lastEventId,
    data,
    tracked: (cursor, value) => send({ result: { type: "data", id: cursor, data: { id: cursor, data: value } } }),
    askToMove: () => socket.send(JSON.stringify({ id: null, method: "reconnect" })),
    refuseCall(code, retryAfterMs) {
      const dialogue = new DialogueError(code, `cannot: ${code}`, { retryAfterMs }).toWire();
      send({ error: { message: "refused", code: -32000, data: { code: "BAD_REQUEST", httpStatus: 400, dialogue } } });
    },
    refuse(code, dialogueCode) {
      const dialogue = { code: dialogueCode, message: `cannot follow: ${dialogueCode}`, retry: false };
      send({ error: { message: "refused", code: -32000, data: { code, httpStatus: 400, dialogue } } });
      send({ result: { type: "stopped" } });
    },
  });
}

const room = {
  id: "general",
  name: "General",
  events: ["message"],
  signals: [],
  defaultSubscriptions: ["message"],
  visibility: "public",
  size: 1,
};

/** The cursor of an event of the script. */
export function cursorOf(seq: number): string {
  return seq === 0 ? "0." : `${seq}.0000000${seq}`;
}

/** The frame of an event of the script. */
export function frameOf(seq: number): object {
  const event = { id: `id-${seq}`, roomId: "general", seq, event: "message", data: {}, from: "bob", timestamp: 0 };
  return { type: "event", event };
}
