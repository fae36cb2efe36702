/**
 * Every refusal Dialogue gives. `retry` says whether the same call may succeed later, unchanged.
 */
export const errorCodes = {
  /** No such room, or one that the caller may not know of. */
  ROOM_NOT_FOUND: { retry: false },
  /** As many users attend the room as its `maxSize` allows. */
  ROOM_FULL: { retry: true },
  /** A room with that id stands already. */
  ROOM_EXISTS: { retry: false },
  /** `beforeJoin` or `can` refused the join. */
  JOIN_DENIED: { retry: false },
  /** The room does not declare that event. */
  EVENT_NOT_ALLOWED: { retry: false },
  /** The event's data does not match its schema, or `beforeEach` refused it. */
  VALIDATION_FAILED: { retry: false },
  /** The request itself is malformed. */
  INVALID_REQUEST: { retry: false },
  /** A limit per time was used up; `retryAfterMs` says for how long. */
  RATE_LIMITED: { retry: true },
  /** The caller may not do that here. */
  PERMISSION_DENIED: { retry: false },
  /** No identity, or one that is not valid any more. */
  UNAUTHENTICATED: { retry: false },
  /** The id belongs to another event. */
  CONFLICT: { retry: false },
  /** A part that is needed is away, or the server is stopping. */
  UNAVAILABLE: { retry: true },
  /** No answer in time; whether it took effect is not known. */
  TIMEOUT: { retry: true },
  /** Larger than the named limit allows. */
  PAYLOAD_TOO_LARGE: { retry: false },
  /** A fault on the server; its log says which. */
  INTERNAL: { retry: false },
} as const satisfies Record<string, { readonly retry: boolean }>;

/** One of the codes of `errorCodes`. */
export type ErrorCode = keyof typeof errorCodes;

/** One thing that is wrong with a value: where (dotted path, empty for the whole) and what. */
export interface Issue {
  readonly path: string;
  readonly message: string;
}

/** What a DialogueError may carry beside its code and message. */
export interface DialogueErrorDetails {
  readonly cause?: unknown;
  /** How long to wait before a retry, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** What is wrong with the data, for VALIDATION_FAILED. */
  readonly issues?: readonly Issue[] | undefined;
}

/** A DialogueError as it travels: the same facts, without cause or stack. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retry: boolean;
  readonly retryAfterMs?: number;
  readonly issues?: readonly Issue[];
}

/** The one error class: a code from `errorCodes`, one sentence, and whether a retry makes sense. */
export class DialogueError extends Error {
  override readonly name = "DialogueError";
  readonly code: ErrorCode;
  readonly retry: boolean;
  readonly retryAfterMs: number | undefined;
  readonly issues: readonly Issue[];

  constructor(code: ErrorCode, message: string, details: DialogueErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.retry = errorCodes[code].retry;
    this.retryAfterMs = details.retryAfterMs;
    this.issues = details.issues ?? [];
  }

  /** The form that travels; `fromWire` is its inverse. */
  toWire(): WireError {
    return {
      code: this.code,
      message: this.message,
      retry: this.retry,
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
      ...(this.issues.length === 0 ? {} : { issues: this.issues }),
    };
  }

  static fromWire(wire: WireError, cause?: unknown): DialogueError {
    return new DialogueError(wire.code, wire.message, { cause, retryAfterMs: wire.retryAfterMs, issues: wire.issues });
  }
}

/** True for the wire form of a DialogueError. */
export function isWireError(value: unknown): value is WireError {
  if (typeof value !== "object" || value === null) return false;
  if (!("code" in value) || !("message" in value)) return false;
  return typeof value.code === "string" && Object.hasOwn(errorCodes, value.code) && typeof value.message === "string";
}
