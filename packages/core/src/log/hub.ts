import { DialogueError, type Limits, type MessagesFrame } from "@dialogue/events";
import { roomNotFound } from "../authority.ts";
import type { Clock } from "../clock.ts";
import type { Report } from "../logger.ts";
import type { Backplane, Bell, News } from "../ports/backplane.ts";
import type { EventLog, StoredEvent } from "../ports/event-log.ts";
import { createChecker } from "./checker.ts";
import { createGate } from "./gate.ts";
import { type Listening, listenTo } from "./listening.ts";
import { createPages } from "./pages.ts";
import { Reader } from "./reader.ts";
import { createRetry } from "./retry.ts";
import type { Detach, Sink } from "./sink.ts";
import type { Start } from "./start.ts";
import { Tail } from "./tail.ts";
import { createTurns } from "./turns.ts";
import { startWatch } from "./watch.ts";

/**
 * All subscriptions of one node to the logs of rooms.
 * 1. A sink gets `ready` first, then every event after its start in order, each once, or a `reset` where that cannot be.
 * 2. It is never written to while it is full, nor within the turn of `subscribe`.
 * 3. Lost bells cost time, a head check at most; a log that is away costs time; neither costs an event.
 * 4. An event that loses its data while a sink is attached is told to it without, or the sink is told that it has lost it.
 */
export interface Hub {
  /**
   * Attaches a sink to a room's log. `allowed` is asked after whatever was awaited and on `recheck`: false ends the
   * sink with ROOM_NOT_FOUND. A malformed cursor ends it with INVALID_REQUEST, a closed hub with UNAVAILABLE.
   */
  subscribe(roomId: string, start: Start, sink: Sink<MessagesFrame>, allowed: () => Promise<boolean>): Detach;
  /** A bell of this node's own append: local delivery does not depend on the backplane. */
  ring(roomId: string, bell: Bell): void;
  /** The data of events was erased: what is held of it here goes, and their readers are told. */
  redact(roomId: string, seqs: readonly number[]): void;
  /** The rights of the room have changed: judges its readers again. */
  recheck(roomId: string): void;
  /** Ends every reader of a room. */
  end(roomId: string, error: DialogueError): void;
  /** Asks for the heads of all open rooms, now. Resolves once the log has answered. */
  check(): Promise<void>;
  /** Ends every reader with UNAVAILABLE. Safe to call twice. */
  close(): Promise<void>;
}

interface Room {
  readonly tail: Tail;
  readonly listening: Listening;
  readonly readers: Set<Reader>;
  readonly left: (reader: Reader) => void;
}

/** How long a tail stays open without a reader. */
const lingerMs = 1_000;
/** How long an event stays in memory: as long as a lost word of its redaction can matter. */
const keepMs = 60_000;
/** Pages handed on to their readers in one turn of the event loop. */
const pagesPerTurn = 4;
/** Questions of rights under way at once. */
const judgedAtOnce = 32;

export function createHub(options: {
  readonly log: EventLog;
  readonly backplane: Backplane;
  readonly clock: Clock;
  readonly random: () => number;
  readonly limits: Limits;
  readonly report: Report;
  /** False for an event of another version of its definition than this node's: a bell that brings one is not enough. Default: none is. */
  readonly isToday?: (event: StoredEvent) => boolean;
  /** Frames of one room written in one turn of the event loop, about. Default: 4,000. */
  readonly framesPerTurn?: number;
}): Hub {
  const { log, backplane, clock, random, limits, report, isToday = () => true, framesPerTurn = 4_000 } = options;
  const rooms = new Map<string, Room>();
  let isClosed = false;

  const retry = createRetry({ clock, random, report, portMs: limits.portMs });
  const checker = createChecker({ log, retry, report, isClosed: () => isClosed });
  const pages = createPages(log, retry, () => isClosed);
  const turns = createTurns(clock, pagesPerTurn);
  const judging = createGate(judgedAtOnce);
  const parts = { log, clock, pages, retry, turns, judging, report, pageEvents: limits.readEvents };
  const bounds = { events: limits.ringEvents, bytes: limits.ringBytes };

  const stopWatch = startWatch({ clock, random, everyMs: limits.headCheckMs, check: () => void checkAll() });
  const stopSuspecting = backplane.onSuspect(() => {
    // The word of a redaction may be among what was lost.
    for (const { tail } of rooms.values()) tail.forgetBefore(clock.elapsed() + 1);
    void checkAll();
  });

  function open(roomId: string): Room {
    const standing = rooms.get(roomId);
    if (standing) return standing;
    const readers = new Set<Reader>();
    const listening = listenTo({
      backplane,
      roomId,
      clock,
      retry,
      report,
      hear: (news) => hear(roomId, news),
      late: () => void tail.check(),
    });
    const accessChanged = () => recheck(roomId);
    const { holeMs } = limits;
    const tail = new Tail(
      { roomId, log, checker, retry, clock, bounds, holeMs, framesPerTurn, isToday, accessChanged },
      listening.begun,
    );
    const left = (reader: Reader) => leave(roomId, room, reader);
    const room = { tail, listening, readers, left };
    rooms.set(roomId, room);
    return room;
  }

  function hear(roomId: string, news: News): void {
    if (news.type === "bell") rooms.get(roomId)?.tail.hear(news);
    else if (news.type === "redacted") redact(roomId, [news.seq]);
    else if (news.type === "access") recheck(roomId);
    else if (news.type === "deleted") end(roomId, roomNotFound(roomId));
  }

  function redact(roomId: string, seqs: readonly number[]): void {
    const room = rooms.get(roomId);
    pages.outdate(roomId);
    for (const seq of seqs) room?.tail.redact(seq);
    for (const reader of room?.readers ?? []) reader.redact(seqs);
  }

  function recheck(roomId: string): void {
    for (const reader of rooms.get(roomId)?.readers ?? []) reader.recheck();
  }

  function end(roomId: string, error: DialogueError): void {
    const room = rooms.get(roomId);
    if (!room) return;
    const { readers } = room;
    void close(roomId, room);
    for (const reader of [...readers]) reader.end(error);
  }

  async function close(roomId: string, { tail, listening }: Room): Promise<void> {
    // Out of the map before its readers end: one that comes back at once must not meet it.
    rooms.delete(roomId);
    tail.close();
    await listening.close();
  }

  function leave(roomId: string, room: Room, reader: Reader): void {
    room.readers.delete(reader);
    room.tail.remove(reader);
    if (room.readers.size > 0 || room.tail.isClosed) return;
    clock.after(lingerMs, () => {
      if (room.readers.size === 0 && rooms.get(roomId) === room) void close(roomId, room);
    });
  }

  async function checkAll(): Promise<void> {
    const open = [...rooms.values()].filter(({ tail }) => tail.isLive);
    for (const { tail } of open) tail.forgetBefore(clock.elapsed() - keepMs);
    await Promise.all(open.map(({ tail }) => tail.check()));
  }

  return {
    subscribe(roomId, start, sink, allowed) {
      if (isClosed) return refuse(sink, roomId, report);
      const room = open(roomId);
      const reader = new Reader({ tail: room.tail, sink, allowed, left: room.left }, parts);
      room.readers.add(reader);
      room.tail.add(reader);
      reader.start(start);
      return () => reader.detach();
    },
    ring: (roomId, bell) => rooms.get(roomId)?.tail.hear(bell),
    redact,
    recheck,
    end,
    check: checkAll,
    async close() {
      isClosed = true;
      stopWatch();
      stopSuspecting();
      const closing = [...rooms].map(([roomId, room]) => ({ roomId, room, closed: close(roomId, room) }));
      for (const { roomId, room } of closing) for (const reader of [...room.readers]) reader.end(stopped(roomId));
      await Promise.all(closing.map(({ closed }) => closed));
    },
  };
}

function refuse(sink: Sink<MessagesFrame>, roomId: string, report: Report): Detach {
  let isDetached = false;
  const end = async (): Promise<void> => {
    await undefined;
    if (!isDetached) sink.end(stopped(roomId));
  };
  end().catch((error: unknown) => report(error, `end a reader of room ${roomId}`));
  return () => {
    isDetached = true;
  };
}

function stopped(roomId: string): DialogueError {
  return new DialogueError("UNAVAILABLE", `cannot read room ${roomId}: the server is stopping`);
}
