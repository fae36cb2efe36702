import { DialogueError, type PublicUser, systemUser } from "@dialogue/events";
import type { User } from "./access.ts";
import type { Clock } from "./clock.ts";

/** The user as others see it. */
export function publicUser(user: User): PublicUser {
  return { id: user.id, name: user.name ?? user.id };
}

/** Throws UNAUTHENTICATED for an identity that has lapsed, or that claims to be the server. */
export function checkIdentity(user: User, clock: Clock): void {
  if (user.id === systemUser || user.id === "")
    throw new DialogueError("UNAUTHENTICATED", "cannot accept the identity: its user id is reserved");
  if (user.expiresAt !== undefined && user.expiresAt <= clock.now())
    throw new DialogueError("UNAUTHENTICATED", "cannot accept the identity: it has expired");
}
