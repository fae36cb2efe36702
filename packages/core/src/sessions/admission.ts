import { DialogueError, type RoomInfo } from "@dialogue/events";
import type { User } from "../access.ts";
import type { Authority } from "../authority.ts";
import type { Presence } from "../ephemeral/presence.ts";
import type { HookRunner } from "../hook-runner.ts";
import type { Hooks } from "../hooks.ts";
import { factsOf, type Room } from "../rooms/room.ts";
import { roomFull } from "./attendances.ts";

/** Whether a user may come into a room that is known to them: `can`, then `beforeJoin`. */
export interface Admission {
  /** All but capacity, which entering judges. */
  admit(user: User, room: Room): Promise<void>;
  /** For those who do not attend: capacity too, as it is now. */
  admitVisitor(user: User, room: Room): Promise<void>;
  roomInfo(room: Room): Promise<RoomInfo>;
}

export function createAdmission(options: {
  readonly authority: Authority;
  readonly presence: Presence;
  readonly hooks: HookRunner;
  readonly beforeJoin: NonNullable<Hooks["clients"]>["beforeJoin"];
}): Admission {
  const { authority, presence, hooks, beforeJoin } = options;

  async function roomInfo(room: Room): Promise<RoomInfo> {
    return { ...factsOf(room), size: (await presence.attendees(room.id)).length };
  }

  async function askBeforeJoin(user: User, room: Room): Promise<void> {
    if (!beforeJoin) return;
    const info = await roomInfo(room);
    const answer = await hooks
      .ask(`run beforeJoin for room ${room.id}`, () => beforeJoin({ user, roomId: room.id, room: info }))
      .catch((cause: unknown) => {
        throw refusal(cause, room.id);
      });
    if (answer === false) throw refusal(undefined, room.id);
  }

  async function admit(user: User, room: Room): Promise<void> {
    await authority.require(user, "join", room);
    await askBeforeJoin(user, room);
  }

  return {
    roomInfo,
    admit,
    async admitVisitor(user, room) {
      await admit(user, room);
      if (room.maxSize === undefined) return;
      const users = await presence.attendees(room.id);
      if (users.length >= room.maxSize && !users.some((other) => other.id === user.id)) throw roomFull(room.id);
    },
  };
}

function refusal(cause: unknown, roomId: string): DialogueError {
  if (cause instanceof DialogueError && cause.code !== "TIMEOUT") return cause;
  return new DialogueError("JOIN_DENIED", `cannot join room ${roomId}: beforeJoin refused`, { cause });
}
