import {
  DialogueError,
  type DialogueTypes,
  type DurableEnvelope,
  type RoomInfo,
  type RoomRef,
  type RoomsOf,
  reportFloating,
} from "@dialogue/events";
import { createAttendedRooms } from "./attended-rooms.ts";
import type { Call } from "./call.ts";
import { type Clock, systemClock } from "./clock.ts";
import { createConnection } from "./connection.ts";
import type { DialogueClient } from "./dialogue-client.ts";
import { createListeners } from "./live.ts";
import { newId } from "./new-id.ts";
import { nothing } from "./nothing.ts";
import { type ClientOptions, settingsOf, socketUrl } from "./options.ts";
import { createOutbox } from "./outbox.ts";
import type { Untyped } from "./room-context.ts";
import { webSocketClass } from "./socket.ts";
import { wakeWithPage } from "./wake.ts";

/** What a client takes from its machine, given by tests. */
export interface Surroundings {
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => string;
}

const machine: Surroundings = { clock: systemClock, random: Math.random, newId };

/** Makes a client; nothing is connected before `connect`. Throws INVALID_REQUEST for a url that is none. */
export function createDialogueClient<Dialogue extends DialogueTypes = Untyped>(
  options: ClientOptions,
): DialogueClient<Dialogue> {
  // The same object: names and payloads are a matter of the compiler alone.
  return createClient(options) as unknown as DialogueClient<Dialogue>;
}

/** The client without types, in the given surroundings. */
export function createClient(options: ClientOptions, { clock, random, newId: makeId } = machine): DialogueClient {
  const settings = settingsOf(options);
  const { auth } = options;
  const url = socketUrl(options.url);
  const prefix = options.mount ? `${options.mount}.` : "";
  const errors = createListeners<DialogueError>(lastResort);
  const connects = createListeners<void>(report);
  const disconnects = createListeners<string>(report);
  const histories = createListeners<readonly [string, readonly DurableEnvelope[]]>(report);
  let stopWaking = nothing;

  function report(error: unknown): void {
    const known =
      error instanceof DialogueError
        ? error
        : new DialogueError("INTERNAL", "cannot finish: a listener failed", { cause: error });
    // A failure must not vanish because nobody listens.
    if (errors.size === 0) lastResort(known);
    errors.call(known);
  }

  const connection = createConnection(
    {
      ...settings,
      url,
      auth: typeof auth === "function" ? auth : () => auth,
      canRefresh: typeof auth === "function",
      session: makeId(),
      prefix,
      webSocket: () => webSocketClass(options.WebSocket),
      clock,
      random,
    },
    {
      claimed: (claimedId) => outbox.open(claimedId),
      connected(verifiedId) {
        rooms.rejoin();
        outbox.open(verifiedId);
        void outbox.send();
        connects.call();
      },
      lost(reason) {
        rooms.disconnected();
        disconnects.call(reason.message);
      },
      ended(reason, wasConnected) {
        stopWaking();
        outbox.ended(reason);
        rooms.closeAll(reason ?? new DialogueError("UNAVAILABLE", "cannot go on: the client was disconnected"));
        if (wasConnected) disconnects.call(reason?.message ?? "disconnected");
      },
      report,
    },
  );

  const parts = { ...settings, connection, clock, random, newId: makeId, userId, report };
  const outbox = createOutbox({ ...parts, server: url + prefix, drafts: options.drafts });
  const rooms = createAttendedRooms({
    ...parts,
    outbox,
    history: (roomId, events) => histories.call([roomId, events]),
  });

  function userId(): string {
    return connection.userId ?? (typeof auth === "function" ? undefined : auth.userId) ?? "";
  }

  function connect(): Promise<void> {
    if (connection.status.current().state === "disconnected") {
      stopWaking();
      stopWaking = wakeWithPage(connection.wake);
    }
    return connection.connect();
  }

  function ask<Answer>(call: Omit<Call, "kind">, kind: Call["kind"] = "mutation"): Promise<Answer> {
    // What the server's procedures answer, by their contract.
    return reportFloating(connection.ask({ ...call, kind }) as Promise<Answer>, report);
  }

  return {
    get userId() {
      return userId();
    },
    get state() {
      return connection.status.current().state;
    },
    connection: connection.status,
    outbox: { ...outbox, add: (roomId, draft) => reportFloating(outbox.add(roomId, draft), report) },
    connect: () => reportFloating(connect(), report),
    disconnect: () => connection.disconnect(rooms.farewell()),
    join: (room, given) => rooms.join(idOf(room), given?.cursor),
    getRoom: (room) => rooms.get(idOf(room)),
    listRooms: () =>
      ask<readonly RoomInfo[]>({ path: "rooms.list", what: "list the rooms", isRepeatable: true }, "query"),
    createRoom: (room) =>
      ask<RoomInfo>({ path: "rooms.create", input: room, what: `create room ${room.id}`, isRepeatable: false }),
    updateRoom(room, change) {
      const roomId = idOf(room);
      const input = { ...change, roomId };
      return ask<RoomInfo>({ path: "rooms.update", input, what: `update room ${roomId}`, isRepeatable: true });
    },
    deleteRoom(room) {
      const roomId = idOf(room);
      return ask<void>({ path: "rooms.delete", input: { roomId }, what: `delete room ${roomId}`, isRepeatable: false });
    },
    onConnect: (listen) => connects.add(listen),
    onDisconnect: (listen) => disconnects.add(listen),
    onError: (listen) => errors.add(listen),
    onHistory: (listen) => histories.add(([roomId, events]) => listen(roomId, events)),
  };
}

function lastResort(error: unknown): void {
  // biome-ignore lint/suspicious/noConsole: nobody listens, or the listener of errors is what failed
  console.error(error);
}

function idOf(room: RoomRef<RoomsOf<Untyped>>): string {
  return typeof room === "string" ? room : room.id;
}
