import type { EventDefinition } from "@dialogue/events";
import type { Cancel, Clock } from "../clock.ts";
import type { Report } from "../logger.ts";
import type { RoomStore } from "../ports/room-store.ts";
import type { Room } from "../rooms/room.ts";
import type { RoomDirectory } from "../rooms/room-directory.ts";
import type { RetentionMetrics } from "./retention-metrics.ts";
import { ruleOf, rulesOf } from "./retention-rules.ts";
import { createRetentionStep, type RetentionStepOptions } from "./retention-step.ts";

/** Keeps the promise of every event's `history`, in the background, one node at a time for each room. */
export interface Retention {
  /** Does nothing where every event is kept. */
  start(): void;
  /** Resolves when the step in hand has ended. */
  stop(): Promise<void>;
  metrics(): RetentionMetrics;
}

/** The claim on a room; the name of no consumer of an application. */
const claimed = "dialogue:retention";

export function createRetention(
  options: RetentionStepOptions & {
    readonly nodeId: string;
    /** Those that only rooms made at run time use. */
    readonly events: readonly EventDefinition[];
    readonly directory: RoomDirectory;
    readonly store: RoomStore;
    readonly clock: Clock;
    readonly random: () => number;
    readonly report: Report;
  },
): Retention {
  const { nodeId, events, directory, store, clock, random, within, limits, report } = options;
  const step = createRetentionStep(options);
  let cancel: Cancel = () => undefined;
  let isStopped = false;
  let round: Promise<void> = Promise.resolve();
  const counts = { rounds: 0, redacted: 0, purged: 0, failures: 0, roomsLeft: 0 };
  let lastRoundAt: number | null = null;

  function wait(): void {
    cancel = clock.after(limits.retentionMs * (0.8 + 0.4 * random()), () => {
      round = tendAll().then(() => {
        if (!isStopped) wait();
      });
    });
  }

  /** The rooms take turns, so that one with much to do does not keep the others waiting. */
  async function tendAll(): Promise<void> {
    const rooms = await roomsWithRules();
    for (counts.roomsLeft = rooms.length; !isStopped; counts.roomsLeft = rooms.length) {
      const room = rooms.shift();
      if (!room) break;
      if (await tend(room)) rooms.push(room);
    }
    counts.roomsLeft = 0;
    counts.rounds++;
    lastRoundAt = clock.now();
  }

  function failed(error: unknown, doing: string): void {
    counts.failures++;
    report(error, doing);
  }

  async function roomsWithRules(): Promise<Room[]> {
    try {
      const rooms = await within(limits.portMs, "list rooms", directory.list());
      return rooms.filter((room) => rulesOf(room).length > 0);
    } catch (error) {
      failed(error, "list the rooms for retention");
      return [];
    }
  }

  /** Answers whether there is more to do. The claim stands until the next round: one round of all nodes suffices. */
  async function tend(room: Room): Promise<boolean> {
    const doing = `claim room ${room.id} for retention`;
    try {
      const isMine = await within(limits.portMs, doing, store.claim(claimed, room.id, nodeId, limits.retentionMs));
      if (!isMine) return false;
      const { redacted, purged, isMore } = await step(room);
      counts.redacted += redacted;
      counts.purged += purged;
      return isMore;
    } catch (error) {
      failed(error, `apply retention to room ${room.id}`);
      return false;
    }
  }

  return {
    start() {
      const rooms = [...directory.configured.values()];
      if (events.some(ruleOf) || rooms.some((room) => rulesOf(room).length > 0)) wait();
    },
    async stop() {
      isStopped = true;
      cancel();
      await round;
    },
    metrics: () => ({ ...counts, lastRoundAt }),
  };
}
