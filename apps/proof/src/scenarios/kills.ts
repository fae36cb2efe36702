import type { Load } from "../load.ts";
import { type Outcome, outcomeOf } from "../outcome.ts";
import type { Scenario } from "../scenario.ts";
import { type Conduct, onStage, type Seat, type Stage } from "../stage.ts";

/** How much of it; the rest of the figures follow. */
export interface KillsSize {
  readonly people: number;
  readonly rooms: number;
  readonly kills: number;
  /** Of the database, where it can be stopped without its server. */
  readonly crashes: number;
}

export const kills: Scenario = {
  name: "kills",
  says: "50 clients send while the server is killed 20 times and PostgreSQL stopped immediate 5 times",
  databases: ["pglite", "postgres"],
  seconds: 60,
  run: (conduct) => runKills(conduct, { people: 50, rooms: 10, kills: 20, crashes: 5 }),
};

export function runKills(conduct: Conduct, size: KillsSize): Promise<Outcome> {
  return onStage(conduct, async (stage) => {
    const { people, rooms } = size;
    const seat = await stage.seat();
    const load = await stage.crowd({ urls: [seat.url], people, senders: people, rooms, perSecond: 4, reloading: 0.5 });
    const done = await kill(stage, { seat, load, size });
    await stage.pass(stage.msLeft, "going on");
    const errors = await load.rest();
    const { stderr, code } = await seat.end("SIGTERM");
    const verdict = await stage.judge();
    const said = `${done.kills} SIGKILLs, ${done.crashes} database stops`;
    const faults = [...errors];
    if (code !== 0) faults.push(`the last server ended with ${code}: ${stderr}`);
    if (done.left > 0)
      faults.push(`${done.left} strikes were left when the time was up: a quieter machine can do more`);
    return outcomeOf(verdict, { figures: [said], faults });
  });
}

/** How many times its seconds a run may take beyond them, on a machine that is slow to start servers; two minutes at least. */
const patience = 2;
const leastPatienceMs = 120_000;

interface Strikes {
  kills: number;
  crashes: number;
  left: number;
}

interface Struck {
  readonly seat: Seat;
  readonly load: Load;
  readonly size: KillsSize;
}

/** Strikes at random moments until all is done. */
async function kill(stage: Stage, { seat, load, size }: Struck): Promise<Strikes> {
  const { random, database } = stage;
  const crashes = database.name === "postgres" ? size.crashes : 0;
  const strikes = shuffled([...Array(size.kills).fill("kill"), ...Array(crashes).fill("crash")], random);
  const done = { kills: 0, crashes: 0, left: strikes.length };
  const share = stage.msLeft / (strikes.length + 1);
  const latestMs = Math.max(leastPatienceMs, 1_000 * stage.conduct.seconds * patience);
  for (const strike of strikes) {
    if (stage.msLeft < -latestMs) return done;
    // A strike that meets nobody proves nothing: time counts from when people are heard again.
    await heard(stage, load);
    await stage.pass(2 * share * random(), `${done.kills} kills, ${done.crashes} database stops`);
    await stage.mark(strike);
    if (strike === "kill") {
      await seat.end("SIGKILL");
      await seat.start();
      done.kills++;
    } else {
      await database.crash();
      await database.start();
      done.crashes++;
    }
    await stage.mark("back");
    done.left--;
  }
  return done;
}

/** Resolves once something was acknowledged that had not been before. */
async function heard(stage: Stage, load: Load): Promise<void> {
  const before = load.progress.acked;
  for (let waited = 0; load.progress.acked === before && waited < 30_000; waited += 100)
    await stage.pass(100, "waiting for people to come back");
}

function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
