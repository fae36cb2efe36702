import type { Appended, Clock, Draft, EventLog, Head, ReadRange, ReadResult, StoredEvent } from "@dialogue/core";
import { DialogueError, type Position } from "@dialogue/events";

/** What a call to the log meets: it takes so long, and may then fail. */
export interface Trouble {
  readonly delayMs: number;
  readonly fails: boolean;
}

/** A log in memory that can be slow, fail, and be put back to what it was, as a restored backup is. */
export interface UnrulyLog extends EventLog {
  /** Adds an event at once and without trouble. */
  add(draft: Draft): { readonly stored: StoredEvent; readonly previousTag: string };
  /** Loses the newest events of a room; those that come after bear new tags. */
  rewind(roomId: string, count: number): void;
  /** Raises a room's `aclVersion`. */
  changeAccess(roomId: string): void;
  /** What the room holds now, oldest first. */
  events(roomId: string): readonly StoredEvent[];
  /** True when a resume from that place can be exact. */
  holds(roomId: string, place: Position): boolean;
  headOf(roomId: string): Head;
  /** How often each of the port's reading calls was made. */
  readonly calls: { read: number; heads: number };
}

interface Room {
  events: StoredEvent[];
  floor: Position;
  aclVersion: number;
}

const start: Position = { seq: 0, tag: "" };

export function createUnrulyLog(options: {
  readonly clock: Clock;
  /** Uniform in [0, 1): makes the tags. */
  readonly random: () => number;
  readonly trouble?: (call: "read" | "heads" | "append") => Trouble | undefined;
}): UnrulyLog {
  const { clock, random, trouble } = options;
  const rooms = new Map<string, Room>();
  const calls = { read: 0, heads: 0 };

  function roomOf(roomId: string): Room {
    const room = rooms.get(roomId) ?? { events: [], floor: start, aclVersion: 0 };
    rooms.set(roomId, room);
    return room;
  }

  function lastOf({ events, floor }: Room): Position {
    return events.at(-1) ?? floor;
  }

  async function meet(call: "read" | "heads" | "append"): Promise<void> {
    const met = trouble?.(call);
    if (met && met.delayMs > 0) await new Promise<void>((resolve) => clock.after(met.delayMs, resolve));
    if (met?.fails) throw new DialogueError("UNAVAILABLE", `cannot ${call}: the log is away`);
  }

  function add(draft: Draft): ReturnType<UnrulyLog["add"]> {
    const room = roomOf(draft.roomId);
    const last = lastOf(room);
    const tag = Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
    const stored = { ...draft, seq: last.seq + 1, tag, timestamp: clock.now(), redacted: false };
    room.events = [...room.events, stored];
    return { stored, previousTag: last.tag };
  }

  function appendOne(draft: Draft): Appended {
    const standing = roomOf(draft.roomId).events.find(({ id }) => id === draft.id);
    if (standing && standing.hash === draft.hash && standing.from === draft.from)
      return { status: "duplicate", event: standing };
    if (standing) return { status: "conflict" };
    const { stored, previousTag } = add(draft);
    return { status: "appended", event: stored, previousTag };
  }

  function standingFrom(from: string): readonly StoredEvent[] {
    const byRoom = [...rooms].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, room]) => room.events);
    return byRoom.filter((event) => event.from === from && !event.redacted);
  }

  function headOf(roomId: string): Head {
    const room = roomOf(roomId);
    const { seq, tag } = lastOf(room);
    return { roomId, head: { seq, tag }, floor: room.floor, aclVersion: room.aclVersion };
  }

  /** What was true at the middle of a call is its answer, however late it comes. */
  async function answer<T>(call: "read" | "heads", find: () => T): Promise<T> {
    calls[call]++;
    await meet(call);
    const found = find();
    await meet(call);
    return found;
  }

  return {
    add,
    headOf,
    calls,
    async append(drafts) {
      await meet("append");
      return drafts.map(appendOne);
    },
    read: (roomId, range) => answer("read", () => select(roomOf(roomId), range)),
    heads: (roomIds) => answer("heads", () => roomIds.map(headOf)),
    async find(roomId, id) {
      return roomOf(roomId).events.find((event) => event.id === id);
    },
    async redact(roomId, id) {
      const room = roomOf(roomId);
      const standing = room.events.find((event) => event.id === id);
      room.events = room.events.map((event) => (event.id === id ? redacted(event) : event));
      return standing !== undefined;
    },
    async readFrom(from, { after, limit }) {
      return standingFrom(from)
        .filter(({ roomId, seq }) => !after || roomId > after.roomId || (roomId === after.roomId && seq > after.seq))
        .slice(0, limit);
    },
    async erase(from, limit) {
      const gone = standingFrom(from).slice(0, limit);
      for (const room of rooms.values())
        room.events = room.events.map((stored) => (gone.includes(stored) ? redacted(stored) : stored));
      return gone.map(({ roomId, seq }) => ({ roomId, seq }));
    },
    async retain(roomId, { event, keep = Number.POSITIVE_INFINITY, maxAgeMs = Number.POSITIVE_INFINITY, limit }) {
      const room = roomOf(roomId);
      const at = clock.now();
      const standing = room.events.filter((stored) => stored.event === event && !stored.redacted);
      const gone = standing
        .slice(0, limit)
        .filter(({ timestamp }, place) => place < standing.length - keep || timestamp < at - maxAgeMs);
      room.events = room.events.map((stored) => (gone.includes(stored) ? redacted(stored) : stored));
      return { seqs: gone.map(({ seq }) => seq), at };
    },
    async purge(roomId, upTo) {
      const room = roomOf(roomId);
      const removed = room.events.filter(({ seq }) => seq <= upTo);
      const last = removed.at(-1);
      if (last) room.floor = { seq: last.seq, tag: last.tag };
      room.events = room.events.slice(removed.length);
      return removed.length;
    },
    async drop(roomId) {
      rooms.delete(roomId);
    },
    rewind(roomId, count) {
      const room = roomOf(roomId);
      room.events = room.events.slice(0, Math.max(0, room.events.length - count));
    },
    changeAccess(roomId) {
      roomOf(roomId).aclVersion++;
    },
    events: (roomId) => roomOf(roomId).events,
    holds(roomId, { seq, tag }) {
      const room = roomOf(roomId);
      return [room.floor, ...room.events].some((held) => held.seq === seq && held.tag === tag);
    },
  };
}

function select({ events, floor }: Room, range: ReadRange): ReadResult {
  const upTo = range.upTo ?? Number.POSITIVE_INFINITY;
  const isWanted = ({ seq, event }: StoredEvent): boolean => seq <= upTo && (range.events?.includes(event) ?? true);
  const wanted = events.filter(isWanted);
  if ("backwards" in range) return { events: wanted.reverse().slice(0, range.limit), floor };
  return { events: wanted.filter(({ seq }) => seq > range.after).slice(0, range.limit), floor };
}

function redacted({ meta: _, ...kept }: StoredEvent): StoredEvent {
  return { ...kept, data: null, redacted: true };
}
