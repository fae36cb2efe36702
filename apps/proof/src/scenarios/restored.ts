import { createProxy, type JournalLine } from "@dialogue/testkit/proof";
import { type Outcome, outcomeOf } from "../outcome.ts";
import type { Person } from "../person.ts";
import type { Scenario } from "../scenario.ts";
import { type Conduct, onStage, type Seat, type Stage } from "../stage.ts";

export interface RestoredSize {
  readonly people: number;
  readonly rooms: number;
}

/** How many events each room has when the copy is made, and how many more when it is put back. */
const kept = 20;
const lost = 10;
/** How many events a room has gained after the restore when its readers come back: fewer than were lost, as many, more. */
const regrown = [0, 3, 10, 15];

export const restored: Scenario = {
  name: "restored",
  says: "a dump ten events old is restored under open clients: each gets a reset, none skips",
  databases: ["pglite", "postgres"],
  seconds: 20,
  run: (conduct) => runRestored(conduct, { people: 100, rooms: 4 }),
};

export function runRestored(conduct: Conduct, { people, rooms }: RestoredSize): Promise<Outcome> {
  return onStage(conduct, async (stage) => {
    const seat = await stage.seat();
    const proxy = await createProxy(Number(new URL(seat.url).port));
    // In each room some are kept away until its log has grown again: those at the proxy who do not reload.
    const urls = [proxy.url.replace("ws", "http"), seat.url];
    const load = await stage.crowd({ urls, people, senders: 0, rooms, perSecond: 1, reloading: 0.5 });
    const writers = await stage.guests(seat.url, rooms);
    const grow = (count: (room: number) => number) =>
      Promise.all(writers.map((writer, room) => sayMany(writer, count(room))));

    await grow(() => kept);
    await whileDown(stage, seat, stage.database.dump);
    await grow(() => lost);
    // Whoever has read none of what will be lost can go on after the restore: no reset is due.
    const unread = await waitForEach(stage, people, isLastLost);
    proxy.setOpen(false);
    proxy.cut();
    await stage.mark(restoring);
    await whileDown(stage, seat, stage.database.restore);
    await grow((room) => regrown[room % regrown.length] ?? 0);
    await stage.pass(stage.msLeft / 2, "restored");
    proxy.setOpen(true);
    await stage.pass(stage.msLeft, "all back");
    const untold = await waitForEach(stage, people, ({ type }) => type === "reset");
    await grow(() => 5);
    const faults = [
      ...(await load.rest()),
      ...unread.map((reader) => `${reader} had not read to the end before the restore: it proves nothing`),
      ...untold.map((reader) => `${reader} was never told of the restore`),
    ];
    await Promise.all(writers.map((writer) => writer.leave()));
    await proxy.close();
    await seat.end("SIGTERM");
    const verdict = await stage.judge(ofTheNewLog());
    return outcomeOf(verdict, { figures: [`${lost} events lost in each of ${rooms} rooms`], faults });
  });
}

async function sayMany(writer: Person, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await writer.say(`event ${n}`);
}

/** Does something to the database while nobody has it: PostgreSQL alone is stopped, PGlite goes with its server. */
async function whileDown({ database }: Stage, seat: Seat, act: () => Promise<void>): Promise<void> {
  await (database.name === "postgres" ? database.crash() : seat.end("SIGTERM"));
  await act();
  await (database.name === "postgres" ? database.start() : seat.start());
}

const restoring = "restoring";

/** What was acknowledged before the restore is gone by intent; what readers were given is all judged. */
function ofTheNewLog(): (line: JournalLine) => boolean {
  let isRestored = false;
  return (line) => {
    if (line.type === "marked") isRestored = true;
    return isRestored || (line.type !== "acked" && line.type !== "tried");
  };
}

function isLastLost(line: JournalLine): boolean {
  return line.type === "read" && line.seq === kept + lost;
}

/** Waits, for a minute at most, until the journal has such a line of each person since the last mark; answers who has none. */
async function waitForEach(
  stage: Stage,
  people: number,
  isSuch: (line: JournalLine) => boolean,
): Promise<readonly string[]> {
  const readers = Array.from({ length: people }, (_, n) => `person-${n}`);
  for (let waited = 0; ; waited += 250) {
    const seen = new Set<string>();
    for await (const line of stage.lines()) {
      if (line.type === "marked") seen.clear();
      else if ("reader" in line && isSuch(line)) seen.add(line.reader);
    }
    const left = readers.filter((reader) => !seen.has(reader));
    if (left.length === 0 || waited >= 60_000) return left;
    await stage.pass(250, `waiting for ${left.length} of ${people}`);
  }
}
