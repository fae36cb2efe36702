import type { EnvelopeOf, Message, UserJoined, UserLeft } from "@dialogue/events";

/** A durable event of the room. */
export type ChatEvent = EnvelopeOf<typeof Message> | EnvelopeOf<typeof UserJoined> | EnvelopeOf<typeof UserLeft>;

/** A message of one's own that the server has not accepted yet. */
export interface Unsent {
  /** The id that its event will bear. */
  readonly id: string;
  readonly text: string;
  readonly at: number;
  /** Why it was refused, in words; absent while it is on its way. */
  readonly failure?: string;
}

/** A window over the room's log, in its order and without a repeat, and what is still to enter it. */
export interface Timeline {
  readonly events: readonly ChatEvent[];
  /** Whether the log goes on before the window. */
  readonly hasOlder: boolean;
  /** Whether the log goes on after it: the reader is far back and newer events were let go. */
  readonly hasNewer: boolean;
  readonly unsent: readonly Unsent[];
}

export const emptyTimeline: Timeline = { events: [], hasOlder: false, hasNewer: false, unsent: [] };

/** How many events are held for a reader at the end, and for one further back. */
export const atEnd = 300;
export const farBack = 900;

/** The window with what the live stream brought. A reader at the end lets the oldest go, one further back the newest. */
export function withLive(timeline: Timeline, arrived: readonly ChatEvent[], isAtEnd: boolean): Timeline {
  const settled = withoutSent(timeline, arrived);
  // What comes after a window that was cut off would leave a hole in it.
  if (settled.hasNewer) return settled;
  const events = merged(settled.events, arrived);
  if (isAtEnd && events.length > atEnd) return { ...settled, events: events.slice(-atEnd), hasOlder: true };
  return cutNewest({ ...settled, events });
}

/** The window with a page of older events before it. */
export function withOlder(timeline: Timeline, page: readonly ChatEvent[], hasOlder: boolean): Timeline {
  return cutNewest({ ...timeline, events: merged(timeline.events, page), hasOlder });
}

/** The window with a page of newer events after it. */
export function withNewer(timeline: Timeline, page: readonly ChatEvent[], hasNewer: boolean): Timeline {
  const events = merged(timeline.events, page);
  if (events.length <= farBack) return { ...timeline, events, hasNewer };
  return { ...timeline, events: events.slice(-farBack), hasOlder: true, hasNewer };
}

/** A new window: the newest page. */
export function withNewest(timeline: Timeline, page: readonly ChatEvent[], hasOlder: boolean): Timeline {
  return { ...withoutSent(timeline, page), events: merged([], page), hasOlder, hasNewer: false };
}

/** With a message on its way; one that failed under the same id is on its way again. */
export function withUnsent(timeline: Timeline, message: Unsent): Timeline {
  return { ...timeline, unsent: [...timeline.unsent.filter(({ id }) => id !== message.id), message] };
}

/** With a message marked as refused; one that has entered the log meanwhile stays as it is. */
export function withFailure(timeline: Timeline, id: string, failure: string): Timeline {
  return { ...timeline, unsent: timeline.unsent.map((one) => (one.id === id ? { ...one, failure } : one)) };
}

/** Without a message that was given up. */
export function withoutUnsent(timeline: Timeline, id: string): Timeline {
  return { ...timeline, unsent: timeline.unsent.filter((one) => one.id !== id) };
}

function withoutSent(timeline: Timeline, arrived: readonly ChatEvent[]): Timeline {
  if (timeline.unsent.length === 0) return timeline;
  const ids = new Set(arrived.map(({ id }) => id));
  return { ...timeline, unsent: timeline.unsent.filter(({ id }) => !ids.has(id)) };
}

function cutNewest(timeline: Timeline): Timeline {
  if (timeline.events.length <= farBack) return timeline;
  return { ...timeline, events: timeline.events.slice(0, farBack), hasNewer: true };
}

function merged(held: readonly ChatEvent[], arrived: readonly ChatEvent[]): readonly ChatEvent[] {
  const bySeq = new Map(held.map((event) => [event.seq, event]));
  // The event that is held stays: what shows it need not be drawn again.
  for (const event of arrived) if (!bySeq.has(event.seq)) bySeq.set(event.seq, event);
  if (bySeq.size === held.length) return held;
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}
