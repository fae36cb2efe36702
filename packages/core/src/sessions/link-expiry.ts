import { closeCodes } from "@dialogue/events";
import type { User } from "../access.ts";
import type { Cancel, Clock } from "../clock.ts";
import type { Link } from "../core.ts";

/** The longest a timer is set for: longer ones fire at once in JavaScript. */
const longestMs = 2 ** 31 - 1;

/** Closes the link when the identity it was opened with lapses. */
export function closeAtExpiry(user: User, link: Link, clock: Clock): Cancel {
  const { expiresAt } = user;
  if (expiresAt === undefined) return () => undefined;
  let cancel: Cancel = () => undefined;
  const wait = (): void => {
    const leftMs = expiresAt - clock.now();
    if (leftMs <= 0) link.close(closeCodes.TOKEN_EXPIRED, "the token has expired");
    else cancel = clock.after(Math.min(leftMs, longestMs), wait);
  };
  wait();
  return () => cancel();
}
