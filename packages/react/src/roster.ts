import type { Live, UntypedRoom } from "@dialogue/client";
import type { PublicUser } from "@dialogue/events";
import { createCell } from "./cell.ts";
import type { RoomState } from "./dialogue-hooks.ts";
import type { SharedRoom } from "./shared-room.ts";
import { createSharing } from "./sharing.ts";
import type { Surroundings } from "./surroundings.ts";

export type Roster = readonly PublicUser[];

export const nobody: Roster = Object.freeze([]);

export interface RosterOptions {
  readonly room: SharedRoom;
  /** The roster of a joined room. */
  readonly of: (room: UntypedRoom) => Live<Roster>;
  readonly isShown: (user: PublicUser) => boolean;
  readonly lingerMs: number;
  readonly surroundings: Surroundings;
}

/** A roster of a room, followed while somebody subscribes and a while longer; nobody while it is not joined. */
export function createRoster({ room, of, isShown, lingerMs, surroundings }: RosterOptions): Live<Roster> {
  const cell = createCell<Roster>(nobody);
  const sharing = createSharing(begin, surroundings.after);

  function show(users: Roster): void {
    const shown = users.filter(isShown);
    cell.set(shown.length === 0 ? nobody : shown);
  }

  function begin(): () => void {
    let stopRoster = (): void => show(nobody);
    const change = ({ room: joined }: RoomState<UntypedRoom>): void => {
      stopRoster();
      const roster = joined && of(joined);
      const stop = roster?.subscribe(show);
      show(roster?.current() ?? nobody);
      stopRoster = () => stop?.();
    };
    const stopState = room.state.subscribe(change);
    const release = room.use();
    change(room.state.current());
    return () => {
      stopState();
      stopRoster();
      release();
      show(nobody);
    };
  }

  return {
    current: cell.current,
    subscribe(listen) {
      const stop = cell.subscribe(listen);
      const release = sharing.use(lingerMs);
      return () => {
        stop();
        release();
      };
    },
  };
}
