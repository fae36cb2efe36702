import type { DialogueError } from "@dialogue/events";

/** How a client stands with its server. */
export type ConnectionState = "disconnected" | "connecting" | "connected";

/** The state and, where the last connection was lost or refused, why. */
export interface ConnectionStatus {
  readonly state: ConnectionState;
  readonly reason?: DialogueError;
  /** When the next try begins, in milliseconds since 1970. */
  readonly nextTryAt?: number;
}
