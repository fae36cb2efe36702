import { closeCodes, DialogueError, type Welcome } from "@dialogue/events";

/** From here on a close code means: do not come back. */
const firstFinalCode = 4500;

/** The cause of the one UNAUTHENTICATED that a fresh token cannot mend. */
const mismatch = "the token is another user's";

/** Whether a socket closed with that code is not to be followed by another. */
export function isFinalCode(code: number, canRefresh: boolean): boolean {
  return code >= firstFinalCode || (code === closeCodes.TOKEN_EXPIRED && !canRefresh);
}

/** Whether a refused welcome ends the connection. Before the first one, everything that time does not mend does. */
export function isFinalRefusal(error: DialogueError, isGreeted: boolean, canRefresh: boolean): boolean {
  if (error.retry) return false;
  if (!isGreeted) return true;
  if (error.code === "UNAUTHENTICATED") return !canRefresh || error.cause === mismatch;
  return error.code !== "INTERNAL";
}

/** Throws UNAUTHENTICATED where the token is not that of the user it should be. */
export function checkUser(welcome: Welcome, claimedUserId: string | undefined): void {
  if (claimedUserId === undefined || claimedUserId === welcome.user.id) return;
  const message = `cannot connect as ${claimedUserId}: the token is that of ${welcome.user.id}`;
  throw new DialogueError("UNAUTHENTICATED", message, { cause: mismatch });
}

/** What a lost socket means. */
export function lossOf(code: number, reason: string): DialogueError {
  const message = `cannot stay connected: ${reason || "the connection was lost"} (${code})`;
  switch (code) {
    case closeCodes.TOKEN_EXPIRED:
    case closeCodes.INVALID_TOKEN:
    case closeCodes.REVOKED:
      return new DialogueError("UNAUTHENTICATED", message);
    case closeCodes.CONNECTION_LIMIT:
      return new DialogueError("RATE_LIMITED", message);
    default:
      return new DialogueError(code >= firstFinalCode ? "INVALID_REQUEST" : "UNAVAILABLE", message);
  }
}

/** A TIMEOUT says what went wrong last, where that is known. */
export function withReason(error: DialogueError, reason: DialogueError | undefined): DialogueError {
  if (error.code !== "TIMEOUT" || !reason || error === reason) return error;
  return new DialogueError("TIMEOUT", `${error.message} (${reason.message})`, { cause: reason });
}
