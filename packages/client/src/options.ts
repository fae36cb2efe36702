import { DialogueError } from "@dialogue/events";
import type { OpenDraftStore } from "./draft-store.ts";
import type { WebSocketClass } from "./socket.ts";

/** Who connects: the token that proves it and, to have it checked, the user it should be. */
export interface Auth {
  readonly userId?: string;
  readonly token: string;
}

/** What makes a client. */
export interface ClientOptions {
  /** The server: http(s) or ws(s). Without a path: `/trpc`. */
  readonly url: string;
  /** A function is asked anew at each connect, so that it can answer a fresh token. */
  readonly auth: Auth | (() => Auth | Promise<Auth>);
  /** Where an application's own router keeps Dialogue's: `"chat"` for `router({ chat: dialogue.router })`. */
  readonly mount?: string;
  /** For runtimes without one. */
  readonly WebSocket?: WebSocketClass;
  /** How long `connect` tries before it rejects with TIMEOUT. Default 10 s. */
  readonly connectMs?: number;
  /** How long any other call may take. Default 10 s. */
  readonly callMs?: number;
  /**
   * How long a trigger may take, over all its tries and over reloads of the page. Beyond it: TIMEOUT, and it is sent
   * again only by hand. Default 30 s; no more than the server's `resendMs`, for how long it knows a resend.
   */
  readonly triggerMs?: number;
  /** Events of one room in the outbox. Beyond it failed ones are forgotten, then RATE_LIMITED. Default 500. */
  readonly outboxSize?: number;
  /** Where drafts wait for their answer. Default: in browsers IndexedDB, so that they outlive the page; elsewhere here. */
  readonly drafts?: OpenDraftStore;
  /** How often the server is asked for a sign of life, and how long it may take. Default 15 s, 10 s. */
  readonly keepAlive?: { readonly intervalMs: number; readonly timeoutMs: number };
}

export type Settings = Required<Omit<ClientOptions, "WebSocket" | "mount" | "auth" | "url" | "drafts">>;

/** The options with what was left out. */
export function settingsOf(options: ClientOptions): Settings {
  return {
    connectMs: options.connectMs ?? 10_000,
    callMs: options.callMs ?? 10_000,
    triggerMs: options.triggerMs ?? 30_000,
    outboxSize: options.outboxSize ?? 500,
    keepAlive: options.keepAlive ?? { intervalMs: 15_000, timeoutMs: 10_000 },
  };
}

/** The address of the socket. Throws INVALID_REQUEST for what is none. */
export function socketUrl(url: string): string {
  const address = parsed(url);
  if (address.pathname === "/") address.pathname = "/trpc";
  address.protocol = address.protocol.replace("http", "ws");
  address.hash = "";
  return address.href;
}

function parsed(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address && /^(https?|wss?):$/.test(address.protocol)) return address;
  throw new DialogueError("INVALID_REQUEST", `cannot connect to ${JSON.stringify(url)}: it is not an http or ws URL`);
}
