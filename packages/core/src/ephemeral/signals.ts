import type { Envelope, SignalFrame } from "@dialogue/events";
import type { Detach, Frame, Sink } from "../log/sink.ts";
import type { RoomNews } from "./room-news.ts";

/**
 * Ephemeral events, from whoever triggers them to whoever listens now. A full sink keeps the newest 32 that it
 * missed and loses older ones; a signal heard twice is yielded once, as far as the last 256 of the room tell. Sinks do not throw.
 */
export interface Signals {
  attach(roomId: string, sink: Sink<SignalFrame>): Detach;
  /** Accepted on this node: to the sinks here and to the other nodes. */
  emit(envelope: Envelope): void;
  /** Accepted on another node. */
  hear(envelope: Envelope): void;
}

interface Reader {
  readonly sink: Sink<SignalFrame>;
  isFull: boolean;
  waiting: Frame<SignalFrame>[];
}

interface RoomSignals {
  readonly readers: Set<Reader>;
  readonly seen: Set<string>;
}

const waitingMost = 32;
const seenMost = 256;

export function createSignals(options: { readonly news: RoomNews }): Signals {
  const { news } = options;
  const rooms = new Map<string, RoomSignals>();

  function write(reader: Reader, frame: Frame<SignalFrame>): void {
    if (reader.isFull) {
      reader.waiting.push(frame);
      if (reader.waiting.length > waitingMost) reader.waiting.shift();
      return;
    }
    reader.isFull = !reader.sink.write(frame);
  }

  function woken(room: RoomSignals, reader: Reader): void {
    reader.isFull = false;
    const waiting = reader.waiting;
    reader.waiting = [];
    for (const frame of waiting) if (room.readers.has(reader)) write(reader, frame);
  }

  function deliver(envelope: Envelope): void {
    const room = rooms.get(envelope.roomId);
    if (!room || room.seen.has(envelope.id)) return;
    remember(room.seen, envelope.id);
    const frame: Frame<SignalFrame> = { data: envelope };
    for (const reader of [...room.readers]) write(reader, frame);
  }

  return {
    attach(roomId, sink) {
      const room = rooms.get(roomId) ?? { readers: new Set(), seen: new Set() };
      rooms.set(roomId, room);
      const reader: Reader = { sink, isFull: false, waiting: [] };
      room.readers.add(reader);
      sink.onWritable(() => woken(room, reader));
      const release = news.hold(roomId);
      return () => {
        room.readers.delete(reader);
        release();
        if (room.readers.size === 0 && rooms.get(roomId) === room) rooms.delete(roomId);
      };
    },
    emit(envelope) {
      deliver(envelope);
      news.publish(envelope.roomId, { type: "signal", envelope });
    },
    hear: deliver,
  };
}

function remember(seen: Set<string>, id: string): void {
  seen.add(id);
  if (seen.size <= seenMost) return;
  const [oldest] = seen;
  if (oldest !== undefined) seen.delete(oldest);
}
