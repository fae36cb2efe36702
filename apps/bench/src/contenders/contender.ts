import type { AddressInfo } from "node:net";

/** What is measured. */
export const contenderNames = [
  "dialogue",
  "dialogue-unpaced",
  "trpc",
  "socket.io",
  "socket.io-recovery",
  "socket.io-acks",
  "ws",
  "pre-framed",
] as const;

/** One of them. */
export type ContenderName = (typeof contenderNames)[number];

/** Who was asked and cannot run here. */
export const absentContenders = [
  {
    scenario: "all",
    title: "all",
    contender: "ws-kit 0.10",
    why: "it has adapters for Bun (1.3 or newer) and Cloudflare, and none for Node",
  },
] as const;

/** Where a durable contender keeps what is said. */
export type Store =
  | { readonly kind: "memory" }
  | { readonly kind: "pglite"; readonly folder: string }
  | { readonly kind: "postgres"; readonly url: string };

/** What a server is made for. */
export interface Setting {
  readonly contender: ContenderName;
  readonly rooms: number;
  readonly users: number;
  /** Default: memory. Those who are not durable know no other. */
  readonly store?: Store;
}

/** A server that fans out. */
export interface Contender {
  readonly port: number;
  /** What each client shows; none where clients are not known. */
  readonly tokens: readonly string[];
  /** Sends to everyone in a room. */
  say(room: string, text: string): void;
  /** How often a range of a log was read; 0 where there is none. */
  readonly logReads?: () => number;
}

/** The port that a server has got. */
export function portOf(address: AddressInfo | string | null): number {
  if (typeof address === "object" && address) return address.port;
  throw new Error("the server listens at no port");
}

/** The room that a client names in its URL. */
export function roomIn(url: string | undefined): string {
  return new URL(url ?? "/", "http://localhost").searchParams.get("room") ?? "";
}
