/** What the process with the clients does. */
export interface Plan {
  /** The servers; people are spread over them. */
  readonly urls: readonly string[];
  /** What the servers sign tokens with. */
  readonly secret: string;
  readonly journalPort: number;
  readonly seed: number;
  /** Each is in one room and reads it from its beginning. */
  readonly people: number;
  /** How many of them send. */
  readonly senders: number;
  readonly rooms: number;
  /** How often each of them sends. */
  readonly perSecond: number;
  /** The part of the people who reload where others wait for their client to come back; they go to the next server then. */
  readonly reloading: number;
}

/** How far it has come; sent four times a second. */
export interface Progress {
  readonly acked: number;
  readonly reads: number;
  readonly connected: number;
}

/** What that process says. */
export type Said =
  | { readonly type: "ready" }
  | ({ readonly type: "progress" } & Progress)
  /** All is answered and read; with what went wrong in the clients themselves. */
  | { readonly type: "rested"; readonly errors: readonly string[] };

/** What it is told: to send no more, and to wait until everything is answered and read. */
export type Told = "rest";

/** The room of the n-th person. */
export function roomOf(plan: Pick<Plan, "rooms">, person: number): string {
  return `room-${person % plan.rooms}`;
}
