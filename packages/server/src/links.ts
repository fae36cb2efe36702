import type { Clock, Core, Session, User } from "@dialogue/core";
import { closeCodes } from "@dialogue/events";

/** The end of a connection that a link can close: a socket's, or an event stream's. */
export interface Closable {
  close(code: number, reason: string): void;
}

/** One live connection of a session. */
export interface OpenLink {
  readonly session: Session;
  /** To be called when the connection has ended; safe to call twice. */
  end(): void;
}

/** Every live connection of this node, whichever adapter serves it. */
export interface Links {
  /** Throws RATE_LIMITED past the user's limit. The connection is closed with 4003 when the user's identity lapses. */
  open(user: User, connection: Closable, sessionId: string | undefined): OpenLink;
  closeAll(code: number, reason: string): void;
}

/** The longest wait that a timer can hold. */
const longestTimerMs = 2 ** 31 - 1;

export function createLinks(core: Core, clock: Clock): Links {
  const live = new Set<Closable>();

  function watchExpiry(user: User, connection: Closable): () => void {
    let cancel = () => {};
    function look(): void {
      if (user.expiresAt === undefined) return;
      const leftMs = user.expiresAt - clock.now();
      if (leftMs <= 0) connection.close(closeCodes.TOKEN_EXPIRED, "token expired");
      else cancel = clock.after(Math.min(leftMs, longestTimerMs), look);
    }
    look();
    return () => cancel();
  }

  return {
    open(user, connection, sessionId) {
      const { session, unlink } = core.connect(user, connection, sessionId);
      const cancelExpiry = watchExpiry(user, connection);
      live.add(connection);
      return {
        session,
        end() {
          if (!live.delete(connection)) return;
          cancelExpiry();
          unlink();
        },
      };
    },
    closeAll(code, reason) {
      for (const connection of live) connection.close(code, reason);
    },
  };
}
