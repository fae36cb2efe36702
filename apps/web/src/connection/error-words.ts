import { DialogueError, type ErrorCode } from "@dialogue/events";

const words = {
  ROOM_NOT_FOUND: "This room is not there any more.",
  ROOM_FULL: "The room is full. Try again later.",
  ROOM_EXISTS: "There is such a room already.",
  JOIN_DENIED: "You may not enter this room.",
  EVENT_NOT_ALLOWED: "That cannot be sent here.",
  VALIDATION_FAILED: "The message was not accepted.",
  INVALID_REQUEST: "The server did not understand the request.",
  RATE_LIMITED: "That was too fast. Wait a moment and try again.",
  PERMISSION_DENIED: "You may not do that here.",
  UNAUTHENTICATED: "Your sign-in is not valid any more.",
  CONFLICT: "That message was sent already, with other words.",
  UNAVAILABLE: "The server cannot be reached. Try again in a moment.",
  TIMEOUT: "The server did not answer in time.",
  PAYLOAD_TOO_LARGE: "The message is too large.",
  INTERNAL: "Something went wrong on the server.",
} as const satisfies Record<ErrorCode, string>;

/** What went wrong, for the person who uses the page. */
export function errorWords(error: unknown): string {
  return error instanceof DialogueError ? words[error.code] : words.UNAVAILABLE;
}

/** Why there is no connection, for the person who uses the page. */
export function connectionWords(error: unknown): string {
  if (!(error instanceof DialogueError)) return words.UNAVAILABLE;
  if (error.code === "RATE_LIMITED") return "You have too many windows open. Close one, then try again.";
  return error.code === "TIMEOUT" ? words.UNAVAILABLE : words[error.code];
}

/** Why the connection has ended, and what is done about it, for the person who uses the page. */
export function endWords(error: DialogueError): string {
  const isTriedAgain = error.code === "TIMEOUT" || error.code === "UNAVAILABLE";
  return isTriedAgain ? "The server cannot be reached. This page keeps trying." : connectionWords(error);
}

/** Why a room was not made, and what to do about it, for the person who uses the page. */
export function roomWords(error: unknown): string {
  if (!(error instanceof DialogueError)) return words.UNAVAILABLE;
  if (error.code === "ROOM_EXISTS") return "There is a room of that name already. Enter it, or take another name.";
  if (error.code === "PERMISSION_DENIED") return "You have made as many rooms as one person may. Use one of them.";
  const [issue] = error.issues;
  return issue ? `The ${issue.path || "room"} ${issue.message}.` : words[error.code];
}
