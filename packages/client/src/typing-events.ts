import type { Envelope } from "@dialogue/events";
import type { Clock } from "./clock.ts";
import type { FollowedRoster, Roster } from "./rosters.ts";

/** Turns the changes of a typing roster into `typing` events. */
export interface TypingEvents {
  /** Whether anybody would see them. */
  want(isWanted: boolean): void;
}

export function dispatchTyping(
  options: { readonly roomId: string; readonly clock: Clock; readonly newId: () => string },
  typing: FollowedRoster,
  dispatch: (event: Envelope) => void,
): TypingEvents {
  let before: Roster = [];
  let stop: (() => void) | undefined;

  function event(from: string, isTyping: boolean): Envelope {
    const { roomId, clock, newId } = options;
    return { id: newId(), roomId, event: "typing", data: { isTyping }, from, timestamp: clock.now() };
  }

  function compare(now: Roster): void {
    const gone = without(before, now).map(({ id }) => event(id, false));
    const come = without(now, before).map(({ id }) => event(id, true));
    before = now;
    for (const change of [...gone, ...come]) dispatch(change);
  }

  return {
    want(isWanted) {
      if (isWanted === (stop !== undefined)) return;
      if (isWanted) {
        before = [];
        stop = typing.subscribe(compare);
        compare(typing.current());
      } else {
        stop?.();
        stop = undefined;
      }
    },
  };
}

function without(users: Roster, others: Roster): Roster {
  return users.filter(({ id }) => !others.some((other) => other.id === id));
}
