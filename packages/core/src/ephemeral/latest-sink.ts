import type { Detach, Frame, Sink } from "../log/sink.ts";

/** Sinks of which each wants only the newest state: a full one gets the latest frame when it is writable again. They do not throw. */
export interface LatestSinks<Data> {
  /** Writes the frame that `latest` makes, now and at every `changed`. */
  attach(sink: Sink<Data>): Detach;
  changed(frame: Frame<Data>): void;
  readonly size: number;
}

interface Reader<Data> {
  readonly sink: Sink<Data>;
  isFull: boolean;
  isStale: boolean;
}

export function createLatestSinks<Data>(latest: () => Frame<Data>): LatestSinks<Data> {
  const readers = new Set<Reader<Data>>();

  function write(reader: Reader<Data>, frame: Frame<Data>): void {
    if (reader.isFull) {
      reader.isStale = true;
      return;
    }
    reader.isFull = !reader.sink.write(frame);
  }

  function woken(reader: Reader<Data>): void {
    reader.isFull = false;
    if (!reader.isStale || !readers.has(reader)) return;
    reader.isStale = false;
    write(reader, latest());
  }

  return {
    attach(sink) {
      const reader: Reader<Data> = { sink, isFull: false, isStale: false };
      readers.add(reader);
      sink.onWritable(() => woken(reader));
      write(reader, latest());
      return () => readers.delete(reader);
    },
    changed(frame) {
      for (const reader of [...readers]) write(reader, frame);
    },
    get size() {
      return readers.size;
    },
  };
}
