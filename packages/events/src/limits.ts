/** A token bucket: `perSecond` calls on average, `burst` at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Every bound of a Dialogue, by name. Sizes are in bytes of UTF-8 JSON, durations in milliseconds. */
export interface Limits {
  /** One event's data. Beyond it: PAYLOAD_TOO_LARGE. */
  readonly eventBytes: number;
  /** One event's meta. Beyond it: PAYLOAD_TOO_LARGE. */
  readonly metaBytes: number;
  /** One frame or request body from a client. Beyond it: the socket is closed with 1009, HTTP answers 413. */
  readonly frameBytes: number;
  /** How deep the JSON of a client may nest. Beyond it: INVALID_REQUEST. */
  readonly jsonDepth: number;
  /** Events in one page of history. Beyond it: INVALID_REQUEST. */
  readonly pageSize: number;
  /** Triggers of one user, over all connections; typing counts as a call, and may be ended as often. Beyond it: RATE_LIMITED. */
  readonly triggersPerUser: Rate;
  /** Triggers of clients in one room: durable events and signals each have so many, typing takes none. Beyond it: RATE_LIMITED. */
  readonly triggersPerRoom: Rate;
  /** Every other call of one user, re-subscriptions apart. Beyond it: RATE_LIMITED. */
  readonly callsPerUser: Rate;
  /** Rooms that one user may have made. Beyond it: PERMISSION_DENIED. */
  readonly roomsPerUser: number;
  /** Sessions of one user on one node. Beyond it: RATE_LIMITED, the socket is closed with 4504. */
  readonly sessionsPerUser: number;
  /** Rooms that one session attends. Beyond it: RATE_LIMITED. */
  readonly roomsPerSession: number;
  /** Subscriptions of one session. Beyond it: RATE_LIMITED. */
  readonly subscriptionsPerSession: number;
  /** How long a lost connection keeps its session, rooms and presence. */
  readonly graceMs: number;
  /** How long "is typing" stands without being said again. */
  readonly typingMs: number;
  /** How long a hook, `can` or `authenticate` may take before it counts as failed. */
  readonly hookMs: number;
  /** How long a call to the log or another port may take. Beyond it: TIMEOUT. */
  readonly portMs: number;
  /** Events kept in memory for each open room. */
  readonly ringEvents: number;
  /** Bytes kept in memory for each open room. */
  readonly ringBytes: number;
  /** Events read from the log at once on a resume. */
  readonly readEvents: number;
  /** Between two checks of every open room's head. */
  readonly headCheckMs: number;
  /** How long a hole waits for its own bell before the log is read. */
  readonly holeMs: number;
  /** Frames that may wait in one subscription where the transport cannot hold it back. Beyond it: the reader goes on from its cursor. */
  readonly feedFrames: number;
  /** Between two rounds of retention, give or take a fifth. */
  readonly retentionMs: number;
  /** Events of one kind that one step of retention empties. */
  readonly retentionEvents: number;
  /** How old the place of an emptied event is at least when retention removes it: so long a resend of the event is known. */
  readonly resendMs: number;
  /** The life of a presence lease; renewed at a third of it. */
  readonly leaseMs: number;
  /** What a busy socket's frames wait for others, to leave in one write; the first after a pause goes at once. 0: none waits. */
  readonly flushMs: number;
  /** Bytes that wait to leave a socket. Beyond it: its subscriptions are held back, those of no durable events at a quarter of it. */
  readonly sendPauseBytes: number;
  /** Bytes that wait to leave a socket. Beyond it: closed with 4008. */
  readonly sendKillBytes: number;
  /** How long a socket may be held back. Beyond it: closed with 4008. */
  readonly sendStuckMs: number;
  /** Queries and mutations under way on one socket. Beyond it: RATE_LIMITED. */
  readonly callsPerSocket: number;
  /** Messages in a minute of one socket that no tRPC client sends. Beyond it: closed with 4509. */
  readonly faultsPerMinute: number;
  /** Calls of one socket in a minute that are answered RATE_LIMITED: more than who waits as told ever sees. Beyond it: closed with 4429. */
  readonly refusalsPerMinute: number;
  /** Frames in a minute of one socket that hold too many messages. Beyond it: closed with 4429. */
  readonly overfullPerMinute: number;
  /** Frames that one message of a client may come in. Beyond it: closed with 1008. */
  readonly fragments: number;
  /** How long a message of a client may be on its way, once it has begun. Beyond it: closed with 4008. */
  readonly messageMs: number;
  /** How long a socket may take to send its connectionParams. Beyond it: closed with 4502. */
  readonly paramsMs: number;
  /** How long a socket may be without a subscription and without a call. Beyond it, `pingMs` later at most: closed with 4001. */
  readonly idleMs: number;
  /** The age of a socket, give or take a tenth. Beyond it, `pingMs` later at most: closed with 4001. */
  readonly socketAgeMs: number;
  /** How long a peer may take to answer a close. Beyond it: the connection is cut. */
  readonly closeMs: number;
  /** Open sockets of one node. Beyond it: 503 at the upgrade. */
  readonly socketsPerNode: number;
  /** Open sockets from one address on one node. Beyond it: 429 at the upgrade. */
  readonly socketsPerAddress: number;
  /** Upgrades of one node. Beyond it: 503 with Retry-After. */
  readonly upgrades: Rate;
  /** The headers of a request, on a server of Dialogue's own. Beyond it: 431. */
  readonly headerBytes: number;
  /** How long they may take, on a server of Dialogue's own. Beyond it: 408. */
  readonly headersMs: number;
  /** How long a request may take to come in, on a server of Dialogue's own. Beyond it: 408. */
  readonly requestMs: number;
  /** The silence of a socket after which it is asked for a sign of life. */
  readonly pingMs: number;
  /** How long that sign may take. Beyond it: the connection is cut. */
  readonly pongMs: number;
}

/** The defaults. Each can be given to `createDialogue({ limits })` by name. */
export const defaultLimits: Limits = Object.freeze({
  eventBytes: 16 * 1024,
  metaBytes: 4 * 1024,
  frameBytes: 64 * 1024,
  jsonDepth: 32,
  pageSize: 200,
  triggersPerUser: { perSecond: 5, burst: 10 },
  triggersPerRoom: { perSecond: 50, burst: 100 },
  callsPerUser: { perSecond: 20, burst: 40 },
  roomsPerUser: 20,
  sessionsPerUser: 10,
  roomsPerSession: 100,
  subscriptionsPerSession: 128,
  graceMs: 5_000,
  typingMs: 6_000,
  hookMs: 5_000,
  portMs: 5_000,
  ringEvents: 200,
  ringBytes: 256 * 1024,
  readEvents: 500,
  headCheckMs: 4_000,
  holeMs: 20,
  feedFrames: 1_000,
  retentionMs: 60_000,
  retentionEvents: 500,
  resendMs: 24 * 60 * 60 * 1000,
  leaseMs: 10_000,
  flushMs: 5,
  sendPauseBytes: 256 * 1024,
  sendKillBytes: 1024 * 1024,
  sendStuckMs: 10_000,
  callsPerSocket: 32,
  faultsPerMinute: 20,
  refusalsPerMinute: 1_200,
  overfullPerMinute: 2,
  fragments: 16,
  messageMs: 10_000,
  paramsMs: 10_000,
  idleMs: 60_000,
  socketAgeMs: 12 * 60 * 60 * 1000,
  closeMs: 5_000,
  socketsPerNode: 20_000,
  socketsPerAddress: 50,
  upgrades: { perSecond: 500, burst: 1_000 },
  headerBytes: 8 * 1024,
  headersMs: 10_000,
  requestMs: 15_000,
  pingMs: 15_000,
  pongMs: 10_000,
});

/** A room's id: 1–64 letters, digits, `_` and `-`. */
export const roomIdPattern: RegExp = /^[A-Za-z0-9_-]{1,64}$/;
