import type { RoomInfo } from "@dialogue/events";

/** Who somebody is, as `authenticate` verified it. */
export interface User {
  readonly id: string;
  /** What others see. Default: the id. */
  readonly name?: string;
  /** When the identity lapses, in milliseconds since 1970; open connections end then. Default: never. */
  readonly expiresAt?: number;
}

/** What a user may want to do with a room. */
export type Action =
  | "join"
  | "trigger"
  | "history"
  | "typing"
  | "presence"
  | "list"
  | "create"
  | "update"
  | "delete"
  | "members";

/**
 * The application's say over who may do what, asked after Dialogue's own rules have allowed it: it can refuse
 * and never grant. Anything but true refuses; so do a throw and a time-out.
 */
export type Can = (user: User, action: Action, room: Omit<RoomInfo, "size">) => boolean | Promise<boolean>;
