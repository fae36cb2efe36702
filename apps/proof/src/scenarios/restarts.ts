import type { Load } from "../load.ts";
import { type Outcome, outcomeOf } from "../outcome.ts";
import type { Scenario } from "../scenario.ts";
import { type Conduct, onStage, type Stage } from "../stage.ts";

export interface RestartsSize {
  readonly people: number;
  readonly senders: number;
  readonly rooms: number;
  readonly restarts: number;
}

export const restarts: Scenario = {
  name: "restarts",
  says: "1,000 subscribers in 40 rooms through 5 restarts, with 500 messages a second",
  databases: ["pglite", "postgres"],
  seconds: 60,
  run: (conduct) => runRestarts(conduct, { people: 1_000, senders: 125, rooms: 40, restarts: 5 }),
};

export function runRestarts(conduct: Conduct, size: RestartsSize): Promise<Outcome> {
  return onStage(conduct, async (stage) => {
    const { people, senders, rooms } = size;
    const seat = await stage.seat();
    const load = await stage.crowd({ urls: [seat.url], people, senders, rooms, perSecond: 4, reloading: 0 });
    const begun = performance.now();
    const faults: string[] = [];
    for (let n = 0; n < size.restarts; n++) {
      await stage.pass(stage.msLeft / (size.restarts - n + 1), `${n} restarts`);
      // A deploy and an accident in turns.
      const signal = n % 2 === 0 ? "SIGTERM" : "SIGKILL";
      await stage.mark(signal);
      const { code, stderr } = await seat.end(signal);
      if (signal === "SIGTERM" && code !== 0) faults.push(`stopped with ${code}: ${stderr}`);
      await seat.start();
      await everyoneBack(stage, load, people);
    }
    await stage.pass(stage.msLeft, `${size.restarts} restarts`);
    const seconds = (performance.now() - begun) / 1_000;
    faults.push(...(await load.rest()));
    await seat.end("SIGTERM");
    const verdict = await stage.judge();
    const rate = Math.round(verdict.counts.acked / seconds);
    return outcomeOf(verdict, { figures: [`${size.restarts} restarts, ${rate} messages a second over all`], faults });
  });
}

/** A restart that meets nobody proves nothing: the next one waits for a minute at most until all are connected again. */
async function everyoneBack(stage: Stage, load: Load, people: number): Promise<void> {
  for (let waited = 0; load.progress.connected < people && waited < 60_000; waited += 250)
    await stage.pass(250, "waiting for people to come back");
}
