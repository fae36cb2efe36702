import type { DialogueClient, Live, TriggerOptions, UntypedRoom } from "@dialogue/client";
import {
  type Cursor,
  DialogueError,
  type Envelope,
  type MessagesFrame,
  parseCursor,
  reportFloating,
} from "@dialogue/events";
import { createCell } from "./cell.ts";
import type { RoomState } from "./dialogue-hooks.ts";
import { errorOf } from "./error-of.ts";
import { createSharing, type Sharing } from "./sharing.ts";
import type { Surroundings } from "./surroundings.ts";
import { createUnsent, type Unsent } from "./unsent.ts";

export type Follower = (frame: MessagesFrame, cursor: Cursor) => void;

/** One room of one client, attended while it is used, by however many. */
export interface SharedRoom extends Sharing {
  readonly roomId: string;
  readonly state: Live<RoomState<UntypedRoom>>;
  readonly unsent: Unsent;
  /** How far its log has been told; undefined until it is. */
  readonly cursor: Cursor | undefined;
  /** Where the next join should begin; the earliest wish counts. */
  wishFor(cursor: Cursor): void;
  /** Calls back for every frame, a `ready` first at each join. */
  follow(follower: Follower): () => void;
  trigger(name: string, data: unknown, options?: TriggerOptions): Promise<Envelope>;
  /** Sends a failed message again. */
  retry(id: string): void;
  /** Forgets a failed message. */
  discard(id: string): void;
}

export interface SharedRoomOptions {
  readonly client: DialogueClient;
  readonly roomId: string;
  readonly surroundings: Surroundings;
}

export function createSharedRoom({ client, roomId, surroundings }: SharedRoomOptions): SharedRoom {
  const state = createCell<RoomState<UntypedRoom>>({ status: "joining", room: undefined, error: undefined, retry });
  const unsent = createUnsent(client.outbox, roomId, willCome);
  const followers = new Set<{ readonly follower: Follower }>();
  const sharing = createSharing(begin, surroundings.after);
  let room: UntypedRoom | undefined;
  let isJoining = false;
  /** A room that somebody joined without us is theirs to leave. */
  let isOurs = true;
  let cursor: Cursor | undefined;
  let wish: Cursor | undefined;
  let stopFollowing = nothing;
  /** Failures that a message or the room's own state shows. */
  const shown = new WeakSet<DialogueError>();

  function floating<T>(work: Promise<T>): Promise<T> {
    return reportFloating(work, (error) => {
      const failure = errorOf(error);
      if (!shown.has(failure)) surroundings.report(failure);
    });
  }

  function begin(): () => void {
    const stop = client.onConnect(() => void join());
    // All who begin in the same turn have said by then where, and the provider has connected.
    queueMicrotask(() => void join());
    return () => {
      stop();
      cursor = undefined;
      wish = undefined;
      leave();
      state.set({ status: "joining", room: undefined, error: undefined, retry });
    };
  }

  async function join(): Promise<void> {
    if (isJoining || room || !sharing.isUsed) return;
    isJoining = true;
    isOurs = client.getRoom({ id: roomId }) === undefined;
    state.set({ status: "joining", room: undefined, error: undefined, retry });
    const from = cursor ?? wish;
    try {
      enter(await client.join({ id: roomId }, from === undefined ? {} : { cursor: from }));
    } catch (error) {
      state.set({ status: "failed", room: undefined, error: errorOf(error), retry });
    } finally {
      isJoining = false;
    }
  }

  function enter(joined: UntypedRoom): void {
    room = joined;
    // Its last user has gone while it was joined.
    if (!sharing.isUsed) return leave();
    const stops = [joined.onFrame(pass), joined.onClose(closed)];
    stopFollowing = () => {
      for (const stop of stops) stop();
    };
    state.set({ status: "joined", room: joined, error: undefined, retry });
    // Somebody else has joined it before: its first frames have passed.
    if (joined.cursor !== undefined) pass({ type: "ready", head: joined.cursor }, joined.cursor);
  }

  function leave(): void {
    stopFollowing();
    stopFollowing = nothing;
    const left = room;
    room = undefined;
    unsent.forgetAccepted();
    // What fails is told to the client's `onError`.
    if (left && isOurs) void left.leave();
  }

  function closed(reason: DialogueError | undefined): void {
    stopFollowing();
    room = undefined;
    unsent.forgetAccepted();
    const error = reason ?? new DialogueError("UNAVAILABLE", `cannot go on in ${roomId}: the room was left`);
    state.set({ status: "failed", room: undefined, error, retry });
  }

  function pass(frame: MessagesFrame, at: Cursor): void {
    cursor = at;
    // Lists first: what enters them must not be missing in between.
    for (const { follower } of [...followers]) follower(frame, at);
    if (frame.type === "reset") unsent.forgetAccepted();
    else if (frame.type === "event" || frame.type === "redacted") unsent.passed(frame.event.id, frame.event.seq);
  }

  function retry(): void {
    if (client.state === "disconnected") void client.connect();
    void join();
  }

  function whenJoined(): Promise<UntypedRoom> {
    return new Promise((resolve, reject) => {
      const settle = (now: RoomState<UntypedRoom>): void => {
        if (now.status === "joining" && sharing.isUsed) return;
        stop();
        if (now.room) return resolve(now.room);
        const error = now.error ?? new DialogueError("UNAVAILABLE", `cannot reach ${roomId}: nobody uses it any more`);
        shown.add(error);
        reject(error);
      };
      const stop = state.subscribe(settle);
      settle(state.current());
    });
  }

  /** What was accepted shows until the log brings it; where it brought it already, or will not, it goes at once. */
  function willCome(seq: number): boolean {
    return room !== undefined && !(cursor !== undefined && seq <= seqOf(cursor));
  }

  function isSignal(name: string): boolean {
    return room?.details.signals?.includes(name) ?? name === "typing";
  }

  /** Also before the room is joined: the outbox keeps it, and outlives the page. */
  async function triggerDurable(event: string, data: unknown, options: TriggerOptions): Promise<Envelope> {
    try {
      return await client.outbox.add(roomId, { ...options, event, data });
    } catch (error) {
      const isShown = unsent.current().some((message) => message.status === "failed" && message.error === error);
      if (isShown) shown.add(errorOf(error));
      throw error;
    }
  }

  return {
    roomId,
    state,
    unsent,
    get isUsed() {
      return sharing.isUsed;
    },
    use: sharing.use,
    get cursor() {
      return room && cursor;
    },
    wishFor(place) {
      if (wish === undefined || seqOf(place) < seqOf(wish)) wish = place;
    },
    follow(follower) {
      const entry = { follower };
      followers.add(entry);
      return () => void followers.delete(entry);
    },
    trigger(name, data, options = {}) {
      if (!isSignal(name)) return floating(triggerDurable(name, data, options));
      if (room) return room.trigger(name, data, options);
      return floating(whenJoined().then((joined) => joined.trigger(name, data, options)));
    },
    retry: (id) => client.outbox.retry({ roomId, id }),
    discard: (id) => client.outbox.discard({ roomId, id }),
  };
}

function seqOf(cursor: Cursor): number {
  return parseCursor(cursor)?.seq ?? 0;
}

function nothing(): void {
  // Nothing is followed yet.
}
