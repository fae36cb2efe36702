import { randomUUID } from "node:crypto";

const filler = "The quick brown fox jumps over the lazy dog. ".repeat(3);
const pattern = /^#(\d+) @(\d+) /;

/** The id of a room. */
export function roomId(room: number): string {
  return `room-${room}`;
}

/** The id of a user. */
export function userId(user: number): string {
  return `user-${user}`;
}

/** Microseconds of a clock that all processes of a machine share. */
export function stamp(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

/** The text of the n-th message to a room, said now. */
export function textOf(n: number): string {
  return `#${n} @${stamp()} ${filler}`;
}

/** Which message a text is, and when it was said; undefined for one that is not intact. */
export function readText(text: string): { readonly n: number; readonly saidAt: number } | undefined {
  const [head, n, saidAt] = pattern.exec(text) ?? [];
  return head !== undefined && text === head + filler ? { n: Number(n), saidAt: Number(saidAt) } : undefined;
}

/** What a chat says of a message, for the contenders that have no form of their own: as large as Dialogue's. */
export function envelopeOf(room: string, seq: number, text: string) {
  const data = { text, senderId: "bench" };
  return {
    id: randomUUID(),
    roomId: room,
    seq,
    event: "message",
    data,
    from: "bench",
    timestamp: Date.now(),
    cursor: `${seq}.0123abcd`,
  };
}
