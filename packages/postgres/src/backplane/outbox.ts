import type { News } from "@dialogue/core";
import { DialogueError } from "@dialogue/events";
import { payloadOf, pieceOf } from "./wire.ts";

/** A NOTIFY takes less than 8,000 bytes. */
const mostBytes = 7_900;

/** Pieces of news that may wait; one more is refused. */
const mostPieces = 10_000;

/** News that waits to be sent, the later in place of the earlier where it says all. */
export interface Outbox {
  readonly isEmpty: boolean;
  /** Throws PAYLOAD_TOO_LARGE for what one NOTIFY cannot carry, and UNAVAILABLE when too much waits. */
  put(roomId: string, news: News): void;
  /** Everything, in payloads that a NOTIFY can carry. Empties it. */
  take(): readonly string[];
}

export function createOutbox(nodeId: string): Outbox {
  const pieces = new Map<string, { readonly text: string; readonly seq: number }>();
  const room = mostBytes - Buffer.byteLength(payloadOf(nodeId, [], { probe: Number.MAX_SAFE_INTEGER }));
  let unique = 0;

  /** News of one key says all that an earlier one of that key said. */
  function keyOf(roomId: string, news: News): string {
    switch (news.type) {
      case "signal":
        return `${unique++}`;
      case "typing":
        return JSON.stringify([roomId, news.type, news.sessionId]);
      case "redacted":
        return JSON.stringify([roomId, news.type, news.seq]);
      default:
        return JSON.stringify([roomId, news.type]);
    }
  }

  function put(roomId: string, news: News): void {
    const text = pieceOf(roomId, news);
    if (Buffer.byteLength(text) > room) {
      const message = `cannot publish a ${news.type} of room ${roomId}: PostgreSQL carries no more than ${mostBytes} bytes`;
      throw new DialogueError("PAYLOAD_TOO_LARGE", message);
    }
    const key = keyOf(roomId, news);
    const seq = news.type === "bell" ? news.seq : 0;
    const waiting = pieces.get(key);
    if (waiting && waiting.seq > seq) return;
    if (!waiting && pieces.size >= mostPieces) {
      throw new DialogueError("UNAVAILABLE", `cannot publish a ${news.type} of room ${roomId}: too much news waits`);
    }
    pieces.delete(key);
    pieces.set(key, { text, seq });
  }

  return {
    get isEmpty() {
      return pieces.size === 0;
    },
    put,
    take() {
      const texts = [...pieces.values()].map(({ text }) => text);
      pieces.clear();
      return packed(texts, room).map((some) => payloadOf(nodeId, some));
    },
  };
}

function packed(texts: readonly string[], room: number): readonly (readonly string[])[] {
  const packs: string[][] = [];
  let left = 0;
  for (const text of texts) {
    const bytes = Buffer.byteLength(text) + 1;
    if (bytes > left || packs.length === 0) {
      packs.push([]);
      left = room;
    }
    packs.at(-1)?.push(text);
    left -= bytes;
  }
  return packs;
}
