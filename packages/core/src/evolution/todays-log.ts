import type { Appended, EventLog, StoredEvent } from "../ports/event-log.ts";
import type { Reading } from "./reading.ts";

type Appending = Pick<EventLog, "append" | "find">;

/** The log as today's definitions read it: every event it answers is as of today. */
export function todaysLog(log: EventLog, reading: Reading): EventLog {
  return {
    ...todaysAppends(log, reading),
    async read(roomId, range) {
      const { events, floor } = await log.read(roomId, range);
      return { events: await todaysOf(events, reading), floor };
    },
    heads: (roomIds) => log.heads(roomIds),
    redact: (roomId, id) => log.redact(roomId, id),
    readFrom: async (from, range) => todaysOf(await log.readFrom(from, range), reading),
    erase: (from, limit) => log.erase(from, limit),
    retain: (roomId, retention) => log.retain(roomId, retention),
    purge: (roomId, upTo) => log.purge(roomId, upTo),
    drop: (roomId) => log.drop(roomId),
  };
}

/** The same of as much of a log as there is in a transaction. */
export function todaysAppends(log: Appending, reading: Reading): Appending {
  const isToday = (answer: Appended) => answer.status !== "duplicate" || reading.isToday(answer.event);

  async function todays(answer: Appended): Promise<Appended> {
    return answer.status === "duplicate" ? { ...answer, event: await reading.today(answer.event) } : answer;
  }

  return {
    async append(drafts) {
      const answers = await log.append(drafts);
      return answers.every(isToday) ? answers : Promise.all(answers.map(todays));
    },
    async find(roomId, id) {
      const found = await log.find(roomId, id);
      return found && reading.today(found);
    },
  };
}

async function todaysOf(events: readonly StoredEvent[], reading: Reading): Promise<readonly StoredEvent[]> {
  // Mostly there is nothing to do.
  return events.every(reading.isToday) ? events : Promise.all(events.map(reading.today));
}
