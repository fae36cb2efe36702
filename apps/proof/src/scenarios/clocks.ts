import { fileURLToPath, pathToFileURL } from "node:url";
import * as z from "zod";
import { outcomeOf } from "../outcome.ts";
import type { Outcome, Scenario } from "../scenario.ts";
import { type Conduct, onStage, type Seat, type Stage } from "../stage.ts";

export interface ClocksSize {
  readonly people: number;
  readonly stoppedMs: number;
}

export const clocks: Scenario = {
  name: "clocks",
  says: "wall clocks are ten minutes off and jump, and a server is stopped by SIGSTOP for 30 s: order, loss and doubles do not change",
  databases: ["pglite", "postgres"],
  seconds: 50,
  run: (conduct) => runClocks(conduct, { people: 40, stoppedMs: 30_000 }),
};

const offMs = 10 * 60 * 1_000;
const preload = pathToFileURL(fileURLToPath(new URL("../../dist/shifted-clock.js", import.meta.url))).href;

export function runClocks(conduct: Conduct, { people, stoppedMs }: ClocksSize): Promise<Outcome> {
  return onStage(conduct, async (stage) => {
    const shifted = (ms: number) => ({
      NODE_OPTIONS: `--import ${preload}`,
      PROOF_CLOCK_OFF_MS: String(ms),
      LOG_LEVEL: "info",
    });
    const seats = [await stage.seat(shifted(offMs))];
    // Where two can be on one log, the other one is off the other way.
    if (stage.database.name === "postgres") seats.push(await stage.seat(shifted(-offMs)));
    const urls = seats.map(({ url }) => url);
    const load = await stage.crowd({ urls, people, senders: people, rooms: 8, perSecond: 4, reloading: 0.5 });
    await stage.pass((stage.msLeft - stoppedMs) / 2, "clocks off");
    await stopFor(stage, seats[0], stoppedMs);
    await stage.pass(stage.msLeft, "clocks off");
    const faults = [...(await load.rest())];
    for (const seat of seats) {
      const { code, stdout, stderr } = await seat.end("SIGTERM");
      if (code !== 0) faults.push(`a server ended with ${code}: ${stderr}`);
      if (!stdout.some(isOff)) faults.push("the server's clock was right all the time");
    }
    const figures = [`${seats.length} clocks 10 min off, SIGSTOP for ${stoppedMs / 1_000} s`];
    return outcomeOf(await stage.judge(), { figures, faults });
  });
}

async function stopFor(stage: Stage, seat: Seat | undefined, ms: number): Promise<void> {
  if (!seat) return;
  process.kill(seat.process.pid, "SIGSTOP");
  await stage.mark("SIGSTOP");
  await stage.pass(ms, "a server stands still");
  process.kill(seat.process.pid, "SIGCONT");
  await stage.mark("SIGCONT");
}

const logged = z.object({ time: z.number() });

/** Shows that the server's clock was off: it dates the lines of its log by it. */
function isOff(line: string): boolean {
  if (!line.startsWith("{")) return false;
  const off = Math.abs(logged.parse(JSON.parse(line)).time - Date.now());
  return off > offMs / 2;
}
