import type { Core, Link, Session, User } from "@dialogue/core";

/** One live connection of a session. */
export interface OpenLink {
  readonly session: Session;
  /** To be called when the connection has ended; safe to call twice. */
  end(): void;
}

/** Every live connection of this node, whichever adapter serves it. */
export interface Links {
  /** Throws UNAUTHENTICATED for an identity that has lapsed, RATE_LIMITED past the user's limit. */
  open(user: User, link: Link, sessionId: string | undefined): OpenLink;
  closeAll(code: number, reason: string): void;
}

export function createLinks(core: Core): Links {
  const live = new Set<Link>();
  return {
    open(user, link, sessionId) {
      const { session, unlink } = core.connect(user, link, sessionId);
      live.add(link);
      return {
        session,
        end() {
          live.delete(link);
          unlink();
        },
      };
    },
    closeAll(code, reason) {
      for (const link of [...live]) link.close(code, reason);
    },
  };
}
