import type { PresenceFrame, PublicUser } from "@dialogue/events";
import type { Detach, Frame, Sink } from "../log/sink.ts";

/** Sinks that follow one roster: whole at first, then its changes; a slow one gets it whole again. They do not throw. */
export interface RosterReaders {
  attach(sink: Sink<PresenceFrame>): Detach;
  /** The roster as it was just read. */
  settle(users: readonly PublicUser[]): void;
  readonly size: number;
}

interface Reader {
  readonly sink: Sink<PresenceFrame>;
  isFull: boolean;
  /** It has not got the roster that the others have: the next frame is the whole. */
  isBehind: boolean;
}

export function createRosterReaders(): RosterReaders {
  const readers = new Set<Reader>();
  let roster: readonly PublicUser[] | undefined;

  function write(reader: Reader, frame: Frame<PresenceFrame>): void {
    reader.isFull = !reader.sink.write(frame);
  }

  function catchUp(reader: Reader): void {
    if (!roster || reader.isFull) return;
    reader.isBehind = false;
    write(reader, { data: { type: "roster", users: roster } });
  }

  function tell(reader: Reader, frame: Frame<PresenceFrame>): void {
    if (reader.isBehind || !readers.has(reader)) return;
    if (reader.isFull) reader.isBehind = true;
    else write(reader, frame);
  }

  function woken(reader: Reader): void {
    reader.isFull = false;
    if (reader.isBehind && readers.has(reader)) catchUp(reader);
  }

  return {
    attach(sink) {
      const reader: Reader = { sink, isFull: false, isBehind: true };
      readers.add(reader);
      sink.onWritable(() => woken(reader));
      return () => readers.delete(reader);
    },
    settle(users) {
      const changes = roster ? changesBetween(roster, users) : [];
      roster = users;
      for (const data of changes) {
        const frame: Frame<PresenceFrame> = { data };
        for (const reader of [...readers]) tell(reader, frame);
      }
      for (const reader of [...readers]) if (reader.isBehind) catchUp(reader);
    },
    get size() {
      return readers.size;
    },
  };
}

function changesBetween(before: readonly PublicUser[], after: readonly PublicUser[]): readonly PresenceFrame[] {
  const known = new Map(before.map((user) => [user.id, user]));
  const changes: PresenceFrame[] = [];
  for (const user of after) {
    const old = known.get(user.id);
    known.delete(user.id);
    if (!old) changes.push({ type: "joined", user });
    else if (old.name !== user.name) changes.push({ type: "updated", user });
  }
  for (const user of known.values()) changes.push({ type: "left", user });
  return changes;
}
