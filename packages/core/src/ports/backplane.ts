import type { Envelope, PublicUser } from "@dialogue/events";
import type { StoredEvent } from "./event-log.ts";

/**
 * "Room R has reached seq n." The event itself may ride along; the tags let a reader notice a log that was
 * rewound, and only the log can convict.
 */
export interface Bell {
  readonly type: "bell";
  readonly seq: number;
  readonly tag: string;
  readonly previousTag: string;
  readonly event?: StoredEvent;
}

/** What nodes tell each other about a room. Each may be lost; none is the only carrier of a truth. */
export type News =
  | Bell
  /** An ephemeral event. */
  | { readonly type: "signal"; readonly envelope: Envelope }
  /** A user began, went on, or stopped typing in one session. */
  | { readonly type: "typing"; readonly user: PublicUser; readonly sessionId: string; readonly isTyping: boolean }
  /** The roster has changed: read it again. */
  | { readonly type: "presence" }
  /** Membership or rights have changed: judge open subscriptions again. */
  | { readonly type: "access" }
  /** The data of an event was erased. */
  | { readonly type: "redacted"; readonly seq: number }
  /** The room is gone. */
  | { readonly type: "deleted" };

/** Ends the one subscription it was given for; resolves when nothing more will be heard. */
export type Unsubscribe = () => Promise<void>;

/**
 * Carries news between nodes.
 * 1. At most once, in no promised order; duplicates are allowed, and so is hearing one's own.
 * 2. subscribe resolves when it is active: what is published anywhere after that is heard, unless lost.
 * 3. The function it answers ends that subscription only; twice is harmless.
 * 4. onSuspect calls back whenever something may have been lost (a reconnect, a moved slot); it may cry wolf, and never stays silent.
 * 5. publish may resolve before anyone heard it; it rejects when it knows that nobody will.
 * 6. A listener that throws harms neither the others nor the backplane.
 */
export interface Backplane {
  publish(roomId: string, news: News): Promise<void>;
  subscribe(roomId: string, listen: (news: News) => void): Promise<Unsubscribe>;
  onSuspect(suspect: () => void): () => void;
}
