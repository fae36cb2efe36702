import type { Envelope } from "@dialogue/events";
import type { Clock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { type Follow, follow } from "./follow.ts";

/** The ephemeral events of a room, typing apart. */
export interface FollowedSignals {
  /** Whether anybody would see them. */
  want(isWanted: boolean): void;
}

export function followSignals(
  options: {
    readonly connection: Connection;
    readonly clock: Clock;
    readonly random: () => number;
    readonly roomId: string;
    report(error: unknown): void;
  },
  dispatch: (event: Envelope) => void,
): FollowedSignals {
  let followed: Follow | undefined;
  return {
    want(isWanted) {
      if (isWanted === (followed !== undefined)) return;
      followed?.close();
      followed = undefined;
      if (!isWanted) return;
      followed = follow({
        ...options,
        path: "signals",
        input: () => ({ roomId: options.roomId }),
        data: (signal) => dispatch(signal as Envelope), // what the server's `signals` yields, by its contract
        refused: options.report,
      });
    },
  };
}
