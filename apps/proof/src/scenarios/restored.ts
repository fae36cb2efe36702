import { createProxy, type JournalLine } from "@dialogue/testkit/proof";
import { outcomeOf } from "../outcome.ts";
import type { Person } from "../person.ts";
import type { Outcome, Scenario } from "../scenario.ts";
import { type Conduct, onStage, type Seat, type Stage } from "../stage.ts";

export interface RestoredSize {
  readonly people: number;
  readonly rooms: number;
}

/** How many events a room has gained after the restore when its readers come back: fewer than were lost, as many, more. */
const regrown = [0, 3, 10, 15];
const lost = 10;

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
    // Half of them are kept away until the log has grown again; the others meet what was restored as it is.
    const urls = [proxy.url.replace("ws", "http"), seat.url];
    const load = await stage.crowd({ urls, people, senders: 0, rooms, perSecond: 1, reloading: 0.5 });
    const writers = await stage.guests(seat.url, rooms);
    const grow = (count: (room: number) => number) =>
      Promise.all(writers.map((writer, room) => sayMany(writer, count(room))));

    await grow(() => 20);
    await whileDown(stage, seat, stage.database.dump);
    await grow(() => lost);
    await stage.pass(1_000, "read to the end");
    proxy.setOpen(false);
    proxy.cut();
    await whileDown(stage, seat, stage.database.restore);
    await stage.mark(restoredMark);
    await grow((room) => regrown[room % regrown.length] ?? 0);
    await stage.pass(stage.msLeft / 2, "restored");
    proxy.setOpen(true);
    await stage.pass(stage.msLeft, "all back");
    await grow(() => 5);
    const faults = [...(await load.rest()), ...(await notReset(stage, people))];
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

const restoredMark = "restored";

/** What was acknowledged before the restore is gone by intent; what readers were given is all judged. */
function ofTheNewLog(): (line: JournalLine) => boolean {
  let isRestored = false;
  return (line) => {
    if (line.type === "marked" && line.what.startsWith(restoredMark)) isRestored = true;
    return isRestored || (line.type !== "acked" && line.type !== "tried");
  };
}

async function notReset(stage: Stage, people: number): Promise<string[]> {
  const reset = new Set<string>();
  for await (const line of stage.lines()) if (line.type === "reset") reset.add(line.reader);
  const missed = Array.from({ length: people }, (_, n) => `person-${n}`).filter((reader) => !reset.has(reader));
  return missed.map((reader) => `${reader} was never told of the restore`);
}
