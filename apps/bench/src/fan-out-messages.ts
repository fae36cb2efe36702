import { randomUUID } from "node:crypto";

/** A way to fan out. */
export const contenderNames = ["dialogue", "dialogue-unpaced", "trpc", "socket.io", "pre-framed"] as const;

/** One of them. */
export type ContenderName = (typeof contenderNames)[number];

/** How many sockets in how many rooms, and what is said to them. */
export interface Scenario {
  readonly name: string;
  readonly rooms: number;
  readonly socketsPerRoom: number;
  /** Messages to each room. */
  readonly messages: number;
  /** Whether each message has a turn of the event loop, or all have one. */
  readonly pace: "turns" | "burst";
}

/** What a server process is told. */
export type ToServer =
  | { readonly type: "say"; readonly scenario: Scenario; readonly from: number; readonly count: number }
  | { readonly type: "usage" };

/** What a server process says; CPU in microseconds since it was last told to say something. */
export type FromServer =
  | { readonly type: "listening"; readonly port: number; readonly tokens: readonly string[] }
  | { readonly type: "usage"; readonly cpu: number };

/** What a load process is told. */
export type ToLoad =
  | {
      readonly type: "connect";
      readonly contender: ContenderName;
      readonly port: number;
      readonly tokens: readonly string[];
      readonly scenario: Scenario;
    }
  | { readonly type: "expect"; readonly count: number };

/** What a load process says. */
export type FromLoad =
  | { readonly type: "connected" }
  | { readonly type: "expecting" }
  | { readonly type: "received"; readonly deliveries: number }
  | { readonly type: "failed"; readonly why: string };

const filler = "The quick brown fox jumps over the lazy dog. ".repeat(3);
const begin = '"text":"#';

/** The id of a room. */
export function roomId(room: number): string {
  return `room-${room}`;
}

/** The text of the n-th message to a room. */
export function textOf(n: number): string {
  return `#${n} ${filler}`;
}

/** Which message a frame holds, wherever in it; undefined for none, or for one that is not intact. */
export function messageIn(frame: string): number | undefined {
  const start = frame.indexOf(begin) + begin.length;
  if (start < begin.length) return undefined;
  const end = frame.indexOf(" ", start);
  return frame.startsWith(`${filler}"`, end + 1) ? Number(frame.slice(start, end)) : undefined;
}

/** What a chat says of a message, for the contenders that have no form of their own: as large as Dialogue's. */
export function envelopeOf(room: string, seq: number, text: string) {
  const data = { text, senderId: "bench" };
  return {
    id: randomUUID(),
    roomId: room,
    event: "message",
    from: "bench",
    at: Date.now(),
    data,
    seq,
    cursor: `${seq}.0123abcd`,
  };
}
