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

/** A window over the room's log, in its order, without a repeat or a hole, and what is still to enter the log. */
export interface Timeline {
  readonly events: readonly ChatEvent[];
  /** The highest seq that was heard of. */
  readonly head: number;
  readonly unsent: readonly Unsent[];
}

export const emptyTimeline: Timeline = { events: [], head: 0, unsent: [] };

/** How many events are held for a reader at the end, and for one further back. */
export const atEnd = 300;
export const farBack = 900;

/** Whether the log goes on before the window. */
export function hasOlder({ events }: Timeline): boolean {
  return (events[0]?.seq ?? 1) > 1;
}

/** Whether the log goes on after the window. */
export function hasNewer({ events, head }: Timeline): boolean {
  return (events.at(-1)?.seq ?? 0) < head;
}

/** The window with an event of the live stream. A reader at the end lets the oldest go, one further back the newest. */
export function withLive(timeline: Timeline, event: ChatEvent, isAtEnd: boolean): Timeline {
  const known = heard(timeline, [event]);
  const last = known.events.at(-1);
  const follows = last === undefined || event.seq === last.seq + 1;
  const isFull = !isAtEnd && known.events.length >= farBack;
  if (!follows || isFull) return known;
  return { ...known, events: [...known.events, event].slice(isAtEnd ? -atEnd : 0) };
}

/** The window with what a page of history holds of the events right before it. The newest go where there are too many. */
export function withOlder(timeline: Timeline, page: readonly ChatEvent[]): Timeline {
  const known = heard(timeline, page);
  return { ...known, events: joined(page, known.events).slice(0, farBack) };
}

/** The window with what a page of history holds of the events right after it. The oldest go where there are too many. */
export function withNewer(timeline: Timeline, page: readonly ChatEvent[]): Timeline {
  const known = heard(timeline, page);
  return { ...known, events: joined(known.events, page).slice(-farBack) };
}

/** A window on the newest page, and on what came after it while it was on its way. */
export function withNewest(timeline: Timeline, page: readonly ChatEvent[]): Timeline {
  const known = heard(timeline, page);
  return { ...known, events: joined(page, known.events) };
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

/** What is known from these events: how far the log goes, and which messages have entered it. */
function heard(timeline: Timeline, events: readonly ChatEvent[]): Timeline {
  const head = Math.max(timeline.head, events.at(-1)?.seq ?? 0);
  const ids = new Set(events.map(({ id }) => id));
  return { ...timeline, head, unsent: timeline.unsent.filter(({ id }) => !ids.has(id)) };
}

/** The one run of events, followed by what of the other continues it. */
function joined(first: readonly ChatEvent[], second: readonly ChatEvent[]): readonly ChatEvent[] {
  const last = first.at(-1);
  if (last === undefined) return second;
  const rest = second.filter(({ seq }) => seq > last.seq);
  return rest[0]?.seq === last.seq + 1 ? [...first, ...rest] : first;
}
