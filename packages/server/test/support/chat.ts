import { type Clock, type Logger, memoryLog } from "@dialogue/core";
import { createTRPCClient, createWSClient, httpBatchLink, httpSubscriptionLink, splitLink, wsLink } from "@trpc/client";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { EventSource } from "eventsource";
import { afterEach, beforeEach, expect } from "vitest";
import { WebSocket } from "ws";
import * as z from "zod";
import { createDialogueAt } from "../../src/create-dialogue.ts";
import { type createDialogue, type Dialogue, defineEvent, Message, Typing } from "../../src/index.ts";
import { systemClock } from "../../src/system-clock.ts";
import { inbox } from "./inbox.ts";

export const Dice = defineEvent("dice", { schema: z.object({ sides: z.int().min(2) }) });
export const Wave = defineEvent("wave", { schema: z.object({ hand: z.string() }), delivery: "ephemeral" });

export const rooms = {
  general: { name: "General", description: "For everyone", events: [Message, Typing, Dice, Wave] },
  small: { name: "Small", events: [Message], maxSize: 1 },
  secret: { name: "Secret", events: [Message], visibility: "private" },
} as const;

export type Chat = Dialogue<{ [Id in keyof typeof rooms]: (typeof rooms)[Id]["events"] }>;
type Config = Omit<Parameters<typeof createDialogue<Rooms>>[0], "rooms">;
type Rooms = { [Id in keyof typeof rooms]: (typeof rooms)[Id]["events"] };

interface Timed {
  readonly clock?: Clock;
}

/** A Dialogue that listens on a free port, what it logged, and clients of it; all end with the test. */
export interface Served {
  readonly dialogue: Chat;
  readonly logged: readonly LogLine[];
  readonly reported: readonly unknown[];
  readonly wsUrl: string;
  token(userId: string, expiresInMs?: number): Promise<string>;
  /** An unmodified client over WebSocket. */
  socket(userId: string, options?: SocketOptions): Promise<SocketClient>;
  /** An unmodified client over HTTP, with event streams. */
  http(userId: string | undefined, options?: { readonly session?: string }): Promise<HttpClient>;
}

export interface LogLine {
  readonly level: string;
  readonly facts: object;
  readonly message: string;
}

interface SocketOptions {
  readonly session?: string;
  readonly token?: string;
}

export type SocketClient = Awaited<ReturnType<typeof openSocketClient>>;
export type HttpClient = ReturnType<typeof openHttpClient>;

const endings: (() => Promise<unknown> | unknown)[] = [];
const unhandled: unknown[] = [];
const noteUnhandled = (error: unknown) => unhandled.push(error);

beforeEach(() => {
  process.on("unhandledRejection", noteUnhandled);
});

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", noteUnhandled);
  expect(unhandled.splice(0)).toEqual([]);
});

/** Runs when the test ends, last come first. */
export function atEnd(end: () => Promise<unknown> | unknown): void {
  endings.push(end);
}

export async function serve(config: Config & Timed = {}): Promise<Served> {
  const made = make(config);
  await made.dialogue.start();
  return made;
}

/** As `serve`, before it listens. */
export function make(config: Config & Timed = {}): Served {
  const { clock = systemClock, ...rest } = config;
  const logged: LogLine[] = [];
  const reported: unknown[] = [];
  const full = {
    port: 0,
    rooms,
    secret: "a secret of more than thirty-two characters",
    log: memoryLog({ clock, random: Math.random }),
    logger: recordingLogger(logged),
    onError: (error: unknown) => void reported.push(error),
    ...rest,
  };
  const dialogue = createDialogueAt(clock, full) as unknown as Chat;
  atEnd(() => dialogue.stop());
  const token = (id: string, expiresInMs = 60_000) => dialogue.issueToken({ id, name: nameOf(id) }, { expiresInMs });
  return {
    dialogue,
    logged,
    reported,
    get wsUrl() {
      return `${dialogue.url.replace("http", "ws")}/trpc`;
    },
    token,
    async socket(userId, { session, token: given } = {}) {
      const params = { token: given ?? (await token(userId)), ...(session === undefined ? {} : { session }) };
      return openSocketClient(`${dialogue.url.replace("http", "ws")}/trpc`, params);
    },
    async http(userId, { session } = {}) {
      return openHttpClient(`${dialogue.url}/trpc`, userId === undefined ? undefined : await token(userId), session);
    },
  };
}

export function nameOf(userId: string): string {
  return userId.toUpperCase();
}

function recordingLogger(lines: LogLine[]): Logger {
  const at = (level: string) => (facts: object, message: string) => void lines.push({ level, facts, message });
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

type Params = Record<string, string>;

export async function openSocketClient(url: string, connectionParams: Params | (() => Promise<Params>)) {
  const sockets: WebSocket[] = [];
  const closes = inbox<{ readonly code: number; readonly reason: string }>();
  class TrackedSocket extends WebSocket {
    constructor(address: string) {
      super(address);
      sockets.push(this);
      this.on("close", (code, reason) => closes.push({ code, reason: reason.toString() }));
    }
  }
  const ws = createWSClient({
    url,
    connectionParams,
    // The package's class stands in for the browser's, which Node 20 lacks; their types differ in what is not used.
    WebSocket: TrackedSocket as unknown as typeof globalThis.WebSocket,
    retryDelayMs: () => 0,
  });
  const trpc = createTRPCClient<Chat["router"]>({ links: [wsLink({ client: ws })] });
  atEnd(() => ws.close());
  return {
    trpc,
    closes,
    /** Cuts the connection under the client, as a lost network does. */
    drop: () => sockets.at(-1)?.terminate(),
    close: () => ws.close(),
    follow: follower(trpc),
  };
}

export function openHttpClient(url: string, token: string | undefined, session: string | undefined) {
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(session === undefined ? {} : { "x-dialogue-session": session }),
  };
  const connectionParams = {
    ...(token === undefined ? {} : { token }),
    ...(session === undefined ? {} : { session }),
  };
  const trpc = createTRPCClient<Chat["router"]>({
    links: [
      splitLink({
        condition: (op) => op.type === "subscription",
        true: httpSubscriptionLink({ url, EventSource, connectionParams }),
        false: httpBatchLink({ url, headers }),
      }),
    ],
  });
  return { trpc, follow: follower(trpc) };
}

type Router = Chat["router"];
type Client = ReturnType<typeof createTRPCClient<Router>>;
type Procedure = "messages" | "typing" | "presence" | "signals";
type FrameOf<Name extends Procedure> =
  inferRouterOutputs<Router>[Name] extends AsyncIterable<infer Frame, unknown, unknown> ? Frame : never;

/** What a subscription yields, in order, and its end. */
function follower(trpc: Client) {
  return function follow<Name extends Procedure>(name: Name, input: inferRouterInputs<Router>[Name]) {
    const frames = inbox<FrameOf<Name>>();
    const ends = inbox<{ readonly error?: Error }>();
    const options = {
      onData: (frame: FrameOf<Name>) => frames.push(frame),
      onError: (error: Error) => ends.push({ error }),
      onComplete: () => ends.push({}),
    };
    // The four have the same form; that their types go together by name is beyond the compiler.
    const procedure = trpc[name] as unknown as {
      subscribe(given: typeof input, taken: typeof options): { unsubscribe(): void };
    };
    const { unsubscribe } = procedure.subscribe(input, options);
    atEnd(unsubscribe);
    return { frames, ends, unsubscribe };
  };
}
