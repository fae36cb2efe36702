import { DialogueError, type EventDefinition, type Limits } from "@dialogue/events";
import type { Logger, Report } from "../logger.ts";
import type { StoredEvent } from "../ports/event-log.ts";
import type { Within } from "../time-limit.ts";
import { upcast } from "./upcast.ts";

/** A stored event as this node reads it. */
export interface ReadEvent extends StoredEvent {
  /**
   * Absent where the data is of the type that the room's definition has today, or no definition is known.
   * newer: written by a version that this node does not know yet; as it was stored.
   * unreadable: no upcast led to what today's schema takes; as it was stored.
   */
  readonly state?: "newer" | "unreadable";
}

/** Reads events of every version as today's. */
export interface Reading {
  /** True for an event that needs no reading: of today's version, without content, or of a name that nobody defines. */
  isToday(stored: StoredEvent): boolean;
  /** The event as of today; the same object where it is that already. Never rejects; tells of trouble once for each version of a name. */
  today(stored: StoredEvent): Promise<ReadEvent>;
}

export function createReading(options: {
  readonly definitionOf: (stored: StoredEvent) => EventDefinition | undefined;
  readonly within: Within;
  readonly limits: Limits;
  readonly logger: Logger;
  readonly report: Report;
}): Reading {
  const { definitionOf, within, limits, logger, report } = options;
  // A whole page is read at once, within the time of one call to the log.
  const longestMs = Math.min(limits.hookMs, limits.portMs / 2);
  const told = new Set<string>();

  function once({ event, version }: StoredEvent, tell: () => void): void {
    const key = `${version} ${event}`;
    if (told.has(key)) return;
    told.add(key);
    tell();
  }

  function isToday(stored: StoredEvent): boolean {
    return stored.redacted || stored.version === (definitionOf(stored)?.version ?? stored.version);
  }

  function newer(stored: StoredEvent, known: number): ReadEvent {
    const { event, version } = stored;
    once(stored, () => logger.warn({ event, version, known }, "an event is newer than its definition here"));
    return { ...stored, state: "newer" };
  }

  function unreadable(stored: StoredEvent, cause: unknown): ReadEvent {
    const { event, version, roomId, id } = stored;
    const message = `cannot read ${event} of version ${version}, such as ${id} of room ${roomId}, as it is defined today`;
    once(stored, () =>
      report(new DialogueError("INTERNAL", message, { cause }), `read ${event} of version ${version}`),
    );
    return { ...stored, state: "unreadable" };
  }

  return {
    isToday,
    async today(stored) {
      const definition = definitionOf(stored);
      if (!definition || isToday(stored)) return stored;
      const { version } = stored;
      if (!(version >= 1 && version < definition.version)) return newer(stored, definition.version);
      try {
        const doing = `upcast ${stored.event} of version ${version}`;
        const data = await within(longestMs, doing, upcast(definition, version, stored.data));
        return { ...stored, version: definition.version, data };
      } catch (error) {
        return unreadable(stored, error);
      }
    },
  };
}
