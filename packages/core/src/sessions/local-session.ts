import type { DialogueError } from "@dialogue/events";
import type { User } from "../access.ts";
import type { Cancel } from "../clock.ts";
import type { Link, Session } from "../core.ts";
import type { Detach } from "../log/sink.ts";
import type { Room } from "../rooms/room.ts";

/** A session as its own node keeps it. */
export interface LocalSession {
  /** Names it among all nodes: a client that moves leaves one behind and begins another. */
  readonly key: string;
  /** What hooks and callers hold. */
  readonly client: Session;
  /** By the newest link. */
  user: User;
  readonly links: Set<Link>;
  readonly attends: Map<string, Standing>;
  /** How many rooms it is about to attend. */
  entering: number;
  /** What it is leaving now; none of these rejects. */
  readonly goings: Set<Promise<void>>;
  /** Its open subscriptions. */
  readonly subscriptions: Set<OpenSubscription>;
  /** What is released once its client had the time to subscribe again. */
  readonly lingering: (() => void)[];
  /** Cancels what the grace period ends with: without a link the session, with one what lingers. */
  grace: Cancel | undefined;
  isResumed: boolean;
  hasEnded: boolean;
}

/** That a session attends a room. It ends with the last hold. */
export interface Standing {
  readonly room: Room;
  readonly holds: Set<symbol>;
  readonly unlisten: Detach;
}

export interface OpenSubscription {
  readonly roomId: string;
  /** Ends it from this side. */
  end(error?: DialogueError): void;
}
