import type { Clock } from "../clock.ts";
import type { Log } from "../ports/log.ts";
import { memoryEventLog } from "./memory-event-log.ts";
import { memoryRoomStore } from "./memory-room-store.ts";

/** What a log in memory is made of. */
export interface MemoryLogOptions {
  readonly clock: Clock;
  /** Uniform in [0, 1): makes the tags. */
  readonly random: () => number;
}

/** Both durable ports in memory, sharing one state. What they hold ends with the process. */
export function memoryLog({ clock, random }: MemoryLogOptions): Log {
  const aclVersions = new Map<string, number>();
  const aclVersionOf = (roomId: string): number => aclVersions.get(roomId) ?? 0;
  return {
    events: memoryEventLog({ clock, random, aclVersionOf }),
    rooms: memoryRoomStore({
      clock,
      raiseAclVersion: (roomId) => aclVersions.set(roomId, aclVersionOf(roomId) + 1),
    }),
    // Nothing is held open.
    close: () => Promise.resolve(),
  };
}
