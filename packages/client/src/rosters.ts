import type { DialogueError, PresenceFrame, PublicUser, TypingFrame } from "@dialogue/events";
import type { Clock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { type Follow, follow } from "./follow.ts";
import { createLive, type Live } from "./live.ts";

/** Users as they are now, in one room. */
export type Roster = readonly PublicUser[];

/** A roster that is followed while somebody listens. */
export interface FollowedRoster extends Live<Roster> {
  /** Nobody is known while the connection is lost; the server sends everyone again. */
  forget(): void;
  close(): void;
}

export interface RosterOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly random: () => number;
  readonly roomId: string;
  report(error: unknown): void;
}

const nobody: Roster = Object.freeze([]);

/** Who types. */
export function followTyping(options: RosterOptions): FollowedRoster {
  // What the server's `typing` yields, by its contract.
  return followRoster(options, "typing", (_, frame) => (frame as TypingFrame).users);
}

/** Who is here. */
export function followPresence(options: RosterOptions): FollowedRoster {
  // What the server's `presence` yields, by its contract.
  return followRoster(options, "presence", (users, frame) => nextRoster(users, frame as PresenceFrame));
}

function nextRoster(users: Roster, frame: PresenceFrame): Roster {
  switch (frame.type) {
    case "roster":
      return frame.users;
    case "left":
      return users.filter(({ id }) => id !== frame.user.id);
    case "joined":
    case "updated": {
      const isKnown = users.some(({ id }) => id === frame.user.id);
      return isKnown ? users.map((user) => (user.id === frame.user.id ? frame.user : user)) : [...users, frame.user];
    }
  }
}

function followRoster(
  options: RosterOptions,
  path: string,
  next: (users: Roster, frame: unknown) => Roster,
): FollowedRoster {
  let followed: Follow | undefined;
  let isClosed = false;
  const roster = createLive<Roster>(nobody, options.report, {
    begin() {
      if (isClosed) return;
      followed = follow({
        ...options,
        path,
        input: () => ({ roomId: options.roomId }),
        data(frame) {
          const users = next(roster.current(), frame);
          // One empty roster is as good as another: no news for those who listen.
          roster.set(users.length === 0 ? nobody : users);
        },
        refused(error: DialogueError) {
          roster.set(nobody);
          options.report(error);
        },
      });
    },
    end() {
      followed?.close();
      roster.set(nobody);
    },
  });
  return {
    current: roster.current,
    subscribe: roster.subscribe,
    forget: () => roster.set(nobody),
    close() {
      isClosed = true;
      followed?.close();
      roster.set(nobody);
    },
  };
}
