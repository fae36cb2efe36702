import type { JsonObject, JsonValue } from "@dialogue/events";
import type { Clock } from "../clock.ts";
import type {
  Appended,
  Draft,
  EventLog,
  Head,
  ReadRange,
  ReadResult,
  Retention,
  StoredEvent,
} from "../ports/event-log.ts";

/** What a log in memory is made of. */
export interface MemoryEventLogOptions {
  readonly clock: Clock;
  /** Uniform in [0, 1): makes the tags. */
  readonly random: () => number;
  /** What `heads` answers as a room's `aclVersion`. */
  readonly aclVersionOf: (roomId: string) => number;
}

interface RoomLog {
  /** The events above the floor, without a hole. */
  readonly events: StoredEvent[];
  readonly byId: Map<string, StoredEvent>;
  head: Mark;
  floor: Mark;
}

interface Mark {
  readonly seq: number;
  readonly tag: string;
}

const start: Mark = Object.freeze({ seq: 0, tag: "" });

/** An EventLog that lives as long as the process. */
export function memoryEventLog({ clock, random, aclVersionOf }: MemoryEventLogOptions): EventLog {
  const rooms = new Map<string, RoomLog>();

  function appendOne(draft: Draft): Appended {
    const room = rooms.get(draft.roomId) ?? emptyRoom();
    const standing = room.byId.get(draft.id);
    if (standing)
      return isSameDraft(standing, draft) ? { status: "duplicate", event: standing } : { status: "conflict" };

    const previousTag = room.head.tag;
    const event = store(draft, { seq: room.head.seq + 1, tag: newTag(random) }, clock.now());
    rooms.set(draft.roomId, room);
    room.events.push(event);
    room.byId.set(event.id, event);
    room.head = { seq: event.seq, tag: event.tag };
    return { status: "appended", event, previousTag };
  }

  function redactOne(room: RoomLog, event: StoredEvent): void {
    const { meta: _, ...kept } = event;
    const redacted = Object.freeze({ ...kept, data: null, redacted: true });
    room.events[event.seq - room.floor.seq - 1] = redacted;
    room.byId.set(event.id, redacted);
  }

  function standingFrom(from: string): StoredEvent[] {
    const byRoom = [...rooms].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, room]) => room.events);
    return byRoom.filter((event) => event.from === from && !event.redacted);
  }

  function headOf(roomId: string): Head {
    const room = rooms.get(roomId);
    return { roomId, head: room?.head ?? start, floor: room?.floor ?? start, aclVersion: aclVersionOf(roomId) };
  }

  return {
    async append(drafts) {
      return drafts.map(appendOne);
    },
    async read(roomId, range): Promise<ReadResult> {
      const room = rooms.get(roomId);
      return room ? { events: select(room, range), floor: room.floor } : { events: [], floor: start };
    },
    async find(roomId, id) {
      return rooms.get(roomId)?.byId.get(id);
    },
    async heads(roomIds) {
      return roomIds.map(headOf);
    },
    async redact(roomId, id) {
      const room = rooms.get(roomId);
      const event = room?.byId.get(id);
      if (!room || !event) return false;
      redactOne(room, event);
      return true;
    },
    async readFrom(from, { after, limit }) {
      return standingFrom(from)
        .filter(({ roomId, seq }) => !after || roomId > after.roomId || (roomId === after.roomId && seq > after.seq))
        .slice(0, limit);
    },
    async erase(from, limit) {
      const gone = standingFrom(from).slice(0, limit);
      for (const event of gone) {
        const room = rooms.get(event.roomId);
        if (room) redactOne(room, event);
      }
      return gone.map(({ roomId, seq }) => ({ roomId, seq }));
    },
    async retain(roomId, retention) {
      const room = rooms.get(roomId);
      const at = clock.now();
      const gone = room ? outlived(room.events, retention, at) : [];
      for (const event of gone) if (room) redactOne(room, event);
      return { seqs: gone.map(({ seq }) => seq), at };
    },
    async purge(roomId, upTo) {
      const room = rooms.get(roomId);
      const removed = room?.events.splice(0, Math.max(0, upTo - room.floor.seq)) ?? [];
      const last = removed.at(-1);
      if (room && last) room.floor = { seq: last.seq, tag: last.tag };
      for (const event of removed) room?.byId.delete(event.id);
      return removed.length;
    },
    async drop(roomId) {
      rooms.delete(roomId);
    },
  };
}

function emptyRoom(): RoomLog {
  return { events: [], byId: new Map(), head: start, floor: start };
}

function isSameDraft(standing: StoredEvent, draft: Draft): boolean {
  return standing.hash === draft.hash && standing.from === draft.from;
}

function store({ data, meta, ...draft }: Draft, place: Mark, timestamp: number): StoredEvent {
  const { roomId, id, event, version, from, hash } = draft;
  const given = { roomId, id, event, version, from, hash };
  const facts = { ...given, ...place, data: frozenCopy(data), timestamp, redacted: false };
  return Object.freeze(meta === undefined ? facts : { ...facts, meta: frozenObject(meta) });
}

// As a database would: what is stored is the JSON, out of the reach of whoever holds the draft or what was read.
function frozenCopy(json: JsonValue): JsonValue {
  if (typeof json !== "object" || json === null) return json;
  return isList(json) ? Object.freeze(json.map(frozenCopy)) : frozenObject(json);
}

function frozenObject(json: JsonObject): JsonObject {
  const copies = Object.entries(json).map(([key, value]) => [key, frozenCopy(value)] as const);
  return Object.freeze(Object.fromEntries(copies));
}

function isList(json: JsonObject | readonly JsonValue[]): json is readonly JsonValue[] {
  return Array.isArray(json);
}

function select(room: RoomLog, range: ReadRange): StoredEvent[] {
  const names = range.events && new Set(range.events);
  const upTo = Math.min(range.upTo ?? room.head.seq, room.head.seq);
  const found: StoredEvent[] = [];
  const take = (seq: number): void => {
    const event = room.events[seq - room.floor.seq - 1];
    if (event && (!names || names.has(event.event))) found.push(event);
  };
  if ("backwards" in range) {
    for (let seq = upTo; seq > room.floor.seq && found.length < range.limit; seq--) take(seq);
  } else {
    for (let seq = Math.max(range.after, room.floor.seq) + 1; seq <= upTo && found.length < range.limit; seq++)
      take(seq);
  }
  return found;
}

/** Those of the oldest events of a kind that are to go. */
function outlived(events: readonly StoredEvent[], retention: Retention, at: number): readonly StoredEvent[] {
  const { event, keep = Number.POSITIVE_INFINITY, maxAgeMs = Number.POSITIVE_INFINITY, limit } = retention;
  const standing = events.filter((stored) => stored.event === event && !stored.redacted);
  return standing
    .slice(0, limit)
    .filter(({ timestamp }, place) => place < standing.length - keep || timestamp < at - maxAgeMs);
}

function newTag(random: () => number): string {
  return Math.floor(random() * 2 ** 32)
    .toString(16)
    .padStart(8, "0");
}
