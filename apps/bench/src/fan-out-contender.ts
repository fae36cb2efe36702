import type { AddressInfo } from "node:net";

/** A server that fans out. */
export interface Contender {
  readonly port: number;
  /** What each client shows; none where clients are not known. */
  readonly tokens: readonly string[];
  /** Sends to everyone in a room. */
  say(room: string, text: string): void;
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
