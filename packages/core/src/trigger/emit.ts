import type { Envelope, PublicUser } from "@dialogue/events";
import type { Clock } from "../clock.ts";
import type { Caller } from "../core.ts";
import type { Signals } from "../ephemeral/signals.ts";
import type { Typing } from "../ephemeral/typing.ts";
import { publicUser } from "../identity.ts";
import type { LocalSession } from "../sessions/local-session.ts";
import type { Accepted } from "./accepted.ts";
import type { EventListeners } from "./event-listeners.ts";

/** Sends an ephemeral event on its way, at once unless `later` is given: `typing` to the roster, any other as a signal. */
export type Emit = (accepted: Accepted, caller: Caller | undefined, later?: (send: () => void) => void) => Envelope;

export function createEmit(options: {
  readonly nodeId: string;
  readonly signals: Signals;
  readonly typing: Typing;
  readonly listeners: EventListeners;
  readonly localOf: (caller: Caller) => LocalSession | undefined;
  /** What the application knows of a user it speaks for. */
  readonly userOf: (userId: string) => PublicUser;
  readonly clock: Clock;
}): Emit {
  const { signals, typing, listeners, clock } = options;

  function setTyping({ room, from, data }: Accepted, caller: Caller | undefined): void {
    const session = caller && options.localOf(caller);
    // Whoever has no session types in one of the node's own, which the time limit ends.
    const key = session?.key ?? `${options.nodeId}..${from}`;
    const user = caller ? publicUser(caller.user) : options.userOf(from);
    typing.set(room.id, key, user, isTrue(data));
  }

  return (accepted, caller, later = (send) => send()) => {
    const envelope = envelopeOf(accepted, clock.now());
    later(() => {
      if (accepted.event.name === "typing") setTyping(accepted, caller);
      else signals.emit(envelope);
      listeners.tell(envelope, accepted.parsed);
    });
    return envelope;
  };
}

function isTrue(data: Accepted["data"]): boolean {
  return !(typeof data === "object" && data !== null && "isTyping" in data && data.isTyping === false);
}

function envelopeOf({ id, room, event, data, from, meta }: Accepted, timestamp: number): Envelope {
  const envelope = { id, roomId: room.id, event: event.name, data, from, timestamp };
  return meta === undefined ? envelope : { ...envelope, meta };
}
