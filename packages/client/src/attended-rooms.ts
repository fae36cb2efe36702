import { type Cursor, type DialogueError, type RoomInfo, reportFloating } from "@dialogue/events";
import type { Call } from "./call.ts";
import { deadline, pause } from "./clock.ts";
import { mayRecover, refusalOf } from "./refusal.ts";
import { createRoom, type Room, type RoomOptions } from "./room.ts";
import type { UntypedRoom } from "./room-context.ts";

export interface AttendedRoomsOptions extends Omit<RoomOptions, "leave" | "refused" | "from"> {
  readonly callMs: number;
}

/** The rooms that a client has joined, or is joining. */
export interface AttendedRooms {
  join(roomId: string, from?: Cursor): Promise<UntypedRoom>;
  get(roomId: string): UntypedRoom | undefined;
  /** Attends every room again: the server may have forgotten. */
  rejoin(): void;
  /** Rosters are not known while the connection is lost. */
  disconnected(): void;
  /** The calls that leave every room, for one who will not wait for their answers. */
  farewell(): readonly Call[];
  /** Forgets every room; what waits to be sent is refused. */
  closeAll(error: DialogueError): void;
}

const againMs = 1_000;
const againLongestMs = 30_000;

export function createAttendedRooms(options: AttendedRoomsOptions): AttendedRooms {
  const { connection, clock } = options;
  const rooms = new Map<string, Room>();
  const joining = new Map<string, Promise<Room>>();
  const leaving = new Map<string, Promise<void>>();
  let rejoining = new AbortController();
  /** A join that is under way is refused with the connection; one that is asked for afterwards is another. */
  let closing = new AbortController();

  function join(roomId: string, from?: Cursor): Promise<UntypedRoom> {
    const room = joining.get(roomId) ?? begin(roomId, from);
    return reportFloating(
      room.then(({ context }) => context),
      options.report,
    );
  }

  function begin(roomId: string, from: Cursor | undefined): Promise<Room> {
    const known = rooms.get(roomId);
    if (known) return Promise.resolve(known);
    const room = enter(roomId, from).finally(() => {
      if (joining.get(roomId) === room) joining.delete(roomId);
    });
    joining.set(roomId, room);
    return room;
  }

  async function enter(roomId: string, from: Cursor | undefined): Promise<Room> {
    const { signal } = closing;
    // Whether it succeeded is told by its own promise.
    await Promise.allSettled([leaving.get(roomId)]);
    signal.throwIfAborted();
    const joined = await askToJoin(roomId);
    signal.throwIfAborted();
    const room = createRoom({ ...options, from, leave, refused: drop }, joined);
    rooms.set(roomId, room);
    const late = deadline(clock, options.callMs, `join ${roomId}`);
    late.signal.addEventListener("abort", () => drop(room, refusalOf(late.signal.reason, `join ${roomId}`)));
    try {
      await room.ready;
    } catch (error) {
      // The server has let this client in already.
      void reportFloating(askToLeave(roomId), options.report);
      throw error;
    } finally {
      late.cancel();
    }
    // One turn later, so that whoever awaits the join can add listeners and misses nothing.
    clock.after(0, room.release);
    return room;
  }

  async function askToJoin(roomId: string): Promise<RoomInfo> {
    const what = `join ${roomId}`;
    const call: Call = { kind: "mutation", path: "rooms.join", input: { roomId }, what, isRepeatable: true };
    // The server's answer to `rooms.join`, by its contract.
    return (await connection.ask(call)) as RoomInfo;
  }

  function leave(room: Room): Promise<void> {
    const { roomId } = room.context;
    const already = leaving.get(roomId);
    if (rooms.get(roomId) !== room) return already ?? Promise.resolve();
    drop(room);
    const left = askToLeave(roomId).finally(() => leaving.delete(roomId));
    leaving.set(roomId, left);
    return left;
  }

  async function askToLeave(roomId: string): Promise<void> {
    // Nobody to tell: the server ends the attendance with the session.
    if (connection.status.current().state === "disconnected") return;
    try {
      await connection.ask(leaveCall(roomId));
    } catch (error) {
      const refusal = refusalOf(error, `leave ${roomId}`);
      // Unreachable or unknown: the attendance ends, or has ended, without being told to.
      if (!refusal.retry && refusal.code !== "ROOM_NOT_FOUND") throw refusal;
    }
  }

  function drop(room: Room, error?: DialogueError): void {
    if (rooms.get(room.context.roomId) === room) rooms.delete(room.context.roomId);
    room.close(error);
  }

  async function attendAgain(room: Room, signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted && rooms.get(room.context.roomId) === room; failures++) {
      try {
        return room.rejoined(await askToJoin(room.context.roomId));
      } catch (error) {
        const refusal = refusalOf(error, `join ${room.context.roomId}`);
        if (!mayRecover(refusal)) return room.refuse(refusal);
        const bound = Math.min(againLongestMs, againMs * 2 ** failures);
        // An abort ends the loop at its condition.
        await pause(clock, refusal.retryAfterMs ?? options.random() * bound, signal).catch(() => signal.aborted);
      }
    }
  }

  return {
    join,
    get: (roomId) => (joining.has(roomId) ? undefined : rooms.get(roomId)?.context),
    rejoin() {
      rejoining = new AbortController();
      for (const [roomId, room] of rooms) if (!joining.has(roomId)) void attendAgain(room, rejoining.signal);
    },
    disconnected() {
      rejoining.abort();
      for (const room of rooms.values()) room.disconnected();
    },
    farewell: () => [...rooms.keys(), ...leaving.keys()].map(leaveCall),
    closeAll(error) {
      rejoining.abort();
      closing.abort(error);
      closing = new AbortController();
      joining.clear();
      for (const room of [...rooms.values()]) drop(room, error);
    },
  };
}

function leaveCall(roomId: string): Call {
  return { kind: "mutation", path: "rooms.leave", input: { roomId }, what: `leave ${roomId}`, isRepeatable: true };
}
