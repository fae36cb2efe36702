import {
  type Cursor,
  DialogueError,
  type DurableEnvelope,
  type Envelope,
  type HistoryPage,
  type MessagesFrame,
  type RoomInfo,
  reportFloating,
  toWire,
} from "@dialogue/events";
import { createChoice } from "./choice.ts";
import type { Clock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { createGate } from "./gate.ts";
import { createHistoryBatch } from "./history-batch.ts";
import { createListeners, type Listeners } from "./live.ts";
import { type Reset, streamLog } from "./log-stream.ts";
import type { OwnOutbox } from "./outbox.ts";
import { withResolvers } from "./resolvers.ts";
import type { PageQuery, TriggerOptions, UntypedRoom } from "./room-context.ts";
import { followPresence, followTyping } from "./rosters.ts";
import { createSignalSender } from "./signal-sender.ts";
import { followSignals } from "./signals.ts";
import { dispatchTyping } from "./typing-events.ts";

export interface RoomOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => string;
  readonly userId: () => string;
  readonly outbox: Pick<OwnOutbox, "add" | "seen">;
  readonly triggerMs: number;
  /** Where its events begin; where the room begins by itself for undefined. */
  readonly from: Cursor | undefined;
  report(error: unknown): void;
  history(roomId: string, events: readonly DurableEnvelope[]): void;
  /** Tells the server that the room is left. */
  leave(room: Room): Promise<void>;
  /** The server refuses the room for good. */
  refused(room: Room, error: DialogueError): void;
}

/** A room this client attends, and the client's hand on it. */
export interface Room {
  readonly context: UntypedRoom;
  /** Resolves when the stream of events stands. */
  readonly ready: Promise<void>;
  /** From here on listeners are called. */
  release(): void;
  /** The room as the server described it at a join after a reconnect. */
  rejoined(details: RoomInfo): void;
  /** Who was here or typed is not known any more. */
  disconnected(): void;
  /** The server refuses the room for good. */
  refuse(error: DialogueError): void;
  /** Events stop; what waits to be sent is sent still. */
  close(error?: DialogueError): void;
}

export function createRoom(options: RoomOptions, joined: RoomInfo): Room {
  const { connection, outbox, report } = options;
  const roomId = joined.id;
  let details = joined;
  let isClosed = false;
  let isReady = false;
  const choice = createChoice(joined.defaultSubscriptions);
  const gate = createGate();
  const any = createListeners<Envelope>((error) => report(listenFailure(error, roomId)), {
    begin: review,
    end: review,
  });
  const resets = createListeners<Reset>((error) => report(listenFailure(error, roomId)));
  const redactions = createListeners<readonly number[]>((error) => report(listenFailure(error, roomId)));
  const frames = createListeners<readonly [MessagesFrame, Cursor]>((error) => report(listenFailure(error, roomId)));
  const closes = createListeners<DialogueError | undefined>((error) => report(listenFailure(error, roomId)));
  const named = new Map<string, Listeners<Envelope>>();
  let cursor: Cursor | undefined;
  let faults = 0;
  const parts = { ...options, roomId };

  const sendSignal = createSignalSender(parts);
  const typing = followTyping(parts);
  const presence = followPresence(parts);
  const typingEvents = dispatchTyping(parts, typing, dispatch);
  const signals = followSignals(parts, dispatch);
  const batch = createHistoryBatch((events) => gate.pass(() => options.history(roomId, events)));
  const readiness = withResolvers<void>();

  const stream = streamLog({
    ...parts,
    ready(start, head) {
      isReady = true;
      batch.begin(start, head);
      readiness.resolve();
    },
    passed(seq, event) {
      batch.pass(seq, event && joined.defaultSubscriptions.includes(event.event) ? event : undefined);
      if (!event) return;
      outbox.seen(event);
      dispatch(event);
    },
    redacted(seqs) {
      batch.forget(seqs);
      gate.pass(() => redactions.call(seqs));
    },
    reset(reset) {
      batch.end();
      gate.pass(() => resets.call(reset));
    },
    frame(frame, at) {
      gate.pass(() => {
        if (isClosed) return;
        cursor = at;
        frames.call([frame, at]);
      });
    },
    fault() {
      faults++;
    },
    refused: lost,
  });

  function lost(error: DialogueError): void {
    if (isClosed) return;
    readiness.reject(error);
    options.refused(room, error);
    // A join that is under way has its own promise to say so.
    if (isReady) report(error);
  }

  function dispatch(event: Envelope): void {
    gate.pass(() => {
      if (isClosed || !choice.has(event.event)) return;
      named.get(event.event)?.call(event);
      any.call(event);
    });
  }

  function listenersOf(name: string): Listeners<Envelope> {
    const known = named.get(name);
    if (known) return known;
    const made = createListeners<Envelope>((error) => report(listenFailure(error, roomId)), {
      begin: review,
      end: review,
    });
    named.set(name, made);
    return made;
  }

  /** Ephemeral events cost a subscription of their own; it is kept while somebody would see them. */
  function review(): void {
    const isSeen = (name: string): boolean =>
      !isClosed && choice.has(name) && (any.size > 0 || (named.get(name)?.size ?? 0) > 0);
    typingEvents.want(isSeen("typing"));
    signals.want((details.signals ?? []).some((name) => name !== "typing" && isSeen(name)));
  }

  function isSignal(name: string): boolean {
    return details.signals?.includes(name) ?? name === "typing";
  }

  async function trigger(event: string, given: unknown, { id, meta }: TriggerOptions): Promise<Envelope> {
    const what = `trigger ${event} in ${roomId}`;
    if (isClosed) throw new DialogueError("UNAVAILABLE", `cannot ${what}: the room was left`);
    const draft = { id: id ?? options.newId(), event, data: given, ...(meta && { meta }) };
    // As JSON, as the outbox makes of the others.
    if (isSignal(event)) return sendSignal.send({ ...draft, data: toWire(given, `${event} in ${roomId}`).data });
    sendSignal.typingIsOver();
    return outbox.add(roomId, draft);
  }

  async function getHistory(name: string | readonly string[] | undefined, query: PageQuery): Promise<HistoryPage> {
    const events = name === undefined ? {} : { events: typeof name === "string" ? [name] : name };
    const call = { kind: "query", path: "history", input: { roomId, ...query, ...events } } as const;
    const answer = await connection.ask({ ...call, what: `read history of ${roomId}`, isRepeatable: true });
    const page = answer as HistoryPage; // the server's answer to `history`, by its contract
    page.events.forEach(outbox.seen);
    return page;
  }

  const context: UntypedRoom = {
    roomId,
    get roomName() {
      return details.name;
    },
    get details() {
      return details;
    },
    trigger: (name, data, given = {}) => reportFloating(trigger(name, data, given), report),
    // The data is what the caller says it is: an untyped room cannot know, and a typed one is checked by the compiler.
    on: (name, listen) => listenersOf(name).add(listen as (event: Envelope) => unknown),
    onAny: any.add,
    onReset: resets.add,
    onRedacted: redactions.add,
    get cursor() {
      return cursor;
    },
    get faults() {
      return faults;
    },
    onFrame: (listen) => frames.add(([frame, at]) => listen(frame, at)),
    onClose: closes.add,
    subscribe(name) {
      choice.add(name);
      review();
    },
    subscribeAll() {
      choice.addAll();
      review();
    },
    unsubscribe(name) {
      choice.remove(name);
      review();
    },
    getHistory: (name, query = {}) => reportFloating(getHistory(name, query), report),
    typing,
    presence,
    leave: () => reportFloating(options.leave(room), report),
  };

  const room: Room = {
    context,
    ready: readiness.promise,
    release: gate.open,
    rejoined(fresh) {
      details = fresh;
      review();
    },
    disconnected() {
      typing.forget();
      presence.forget();
    },
    refuse: lost,
    close(error) {
      if (isClosed) return;
      isClosed = true;
      readiness.reject(error ?? new DialogueError("UNAVAILABLE", `cannot join ${roomId}: the room was left`));
      stream.close();
      typing.close();
      presence.close();
      review();
      closes.call(error);
    },
  };
  return room;
}

function listenFailure(cause: unknown, roomId: string): DialogueError {
  return new DialogueError("INTERNAL", `cannot finish an event of ${roomId}: a listener failed`, { cause });
}
