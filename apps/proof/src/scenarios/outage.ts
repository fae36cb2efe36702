import { setTimeout as pause } from "node:timers/promises";
import { createProxy } from "@dialogue/testkit/proof";
import { outcomeOf } from "../outcome.ts";
import type { Outcome, Scenario } from "../scenario.ts";
import { type Conduct, onStage, type Stage } from "../stage.ts";
import { type Asking, askUntil } from "./asking.ts";

export const outage: Scenario = {
  name: "outage",
  says: "PostgreSQL is away for 20 s, stopped and then silent: no acknowledgement, no crash, no stuck call, every retry succeeds",
  databases: ["postgres"],
  seconds: 20,
  run: (conduct) => runOutage(conduct, 20),
};

/** How long the server may take to say that it cannot: its own bound for a call to the log is 5 s. */
const answerMs = 8_000;

export function runOutage(conduct: Conduct, people: number): Promise<Outcome> {
  return onStage(conduct, async (stage) => {
    const { database } = stage;
    const network = await createProxy(database.port ?? 0);
    const url = new URL(database.settings.DATABASE_URL ?? "");
    url.port = String(network.port);
    const seat = await stage.seat({ DATABASE_URL: url.href });
    const { pid } = seat.process;
    const load = await stage.crowd({ urls: [seat.url], people, senders: people, rooms: 4, perSecond: 4, reloading: 0 });
    const [guest] = await stage.guests(seat.url, 1);
    if (!guest) throw new Error("nobody came");
    await stage.pass(3_000, "before");

    const faults: string[] = [];
    const figures: string[] = [];
    const away = async (how: string, go: () => unknown, back: () => unknown): Promise<void> => {
      await go();
      // An acknowledgement that was on its way by then has the time to arrive.
      await pause(300);
      await stage.mark(`${how}: away`);
      const asking = askUntil({
        url: seat.url,
        token: await guest.token(),
        roomId: guest.roomId,
        userId: guest.userId,
      });
      await stage.pass(1_000 * conduct.seconds, `PostgreSQL is ${how}`);
      await stage.mark(`${how}: back`);
      const backAt = performance.now();
      await back();
      const asked = await asking.end();
      await stage.pass(3_000, "back again");
      faults.push(...judgeAsking(how, asked, backAt), ...(await ackedWhileAway(stage, how)));
      figures.push(figureOf(how, asked));
    };
    await away("stopped", database.crash, database.start);
    await away("silent", network.pause, network.resume);

    faults.push(...(await load.rest()));
    await guest.leave();
    if (seat.process.pid !== pid) faults.push("the server is another process");
    const { code, stderr } = await seat.end("SIGTERM");
    if (code !== 0) faults.push(`the server ended with ${code}: ${stderr}`);
    const outcome = outcomeOf(await stage.judge(), { figures, faults });
    await network.close();
    return outcome;
  });
}

function judgeAsking(how: string, { answers, retried }: Asking, backAt: number): string[] {
  const stuck = answers.filter(({ tookMs }) => tookMs > answerMs);
  const final = answers.filter(({ code, retry }) => code !== undefined && !retry);
  const given = answers.filter(({ code, at }) => code === undefined && at < backAt);
  const unlike = retried.filter(({ first, id }) => first !== id);
  return [
    ...(stuck.length > 0 ? [`${how}: ${stuck.length} calls were answered after more than ${answerMs} ms`] : []),
    ...(final.length > 0 ? [`${how}: ${final.length} calls were refused for good: ${final[0]?.code}`] : []),
    ...(given.length > 0 ? [`${how}: ${given.length} calls were acknowledged`] : []),
    ...(unlike.length > 0 ? [`${how}: ${unlike.length} retries were answered with another id`] : []),
    ...(answers.length === 0 ? [`${how}: nobody asked`] : []),
  ];
}

function figureOf(how: string, { answers, retried }: Asking): string {
  const codes = [...new Set(answers.map(({ code = "acknowledged once it was back" }) => code))].join(", ");
  const longest = Math.max(...answers.map(({ tookMs }) => tookMs));
  return `${how}: ${answers.length} calls, answered ${codes} within ${Math.round(longest)} ms; ${retried.length} retries succeeded`;
}

/** Acknowledgements between the marks. */
async function ackedWhileAway(stage: Stage, how: string): Promise<string[]> {
  let isAway = false;
  let acked = 0;
  for await (const line of stage.lines()) {
    if (line.type === "marked" && line.what.startsWith(how)) isAway = line.what.startsWith(`${how}: away`);
    if (isAway && line.type === "acked") acked++;
  }
  return acked === 0 ? [] : [`${how}: ${acked} acknowledgements were given`];
}
