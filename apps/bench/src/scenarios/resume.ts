import { setTimeout as sleep } from "node:timers/promises";
import { stamp } from "../messages.ts";
import type { Figures, Scenario, Size } from "../scenario.ts";
import { onStage } from "../stage.ts";

interface Herd {
  readonly rooms: number;
  readonly clients: number;
  readonly missed: number;
}

const herds: Readonly<Record<Size, Herd>> = {
  full: { rooms: 10, clients: 1_000, missed: 100 },
  quick: { rooms: 10, clients: 1_000, missed: 100 },
  smoke: { rooms: 2, clients: 10, missed: 20 },
};

/** Longer than a server keeps open a room that everyone has left (`graceMs`, 5 s). */
const desertedMs = 7_000;

/**
 * All clients are lost, miss events, and come back at once: to rooms that someone has kept open, so that what they missed
 * is in the server's ring, and to rooms that were deserted, where it is in the log alone.
 */
export function resume(size: Size, rounds: number): Scenario[] {
  const { rooms, clients, missed } = herds[size];
  const title = `${clients.toLocaleString("en")} clients in ${rooms} rooms come back, ${missed} events missed by each`;
  const common = { contenders: ["dialogue"], rounds };
  const warm = { ...common, id: "resume", title, seconds: 5, play: () => comeBack(herds[size], false) };
  if (size !== "full") return [warm];
  return [
    warm,
    {
      ...common,
      id: "resume-deserted",
      title: `${title}, nobody having stayed`,
      seconds: 5 + desertedMs / 1_000,
      play: () => comeBack(herds[size], true),
    },
  ];
}

function comeBack({ rooms, clients, missed }: Herd, isDeserted: boolean): Promise<Figures> {
  const users = clients + (isDeserted ? 0 : rooms);
  return onStage({ contender: "dialogue", rooms, users }, async ({ server, openLoad, enter }) => {
    const [load, stayers] = [openLoad(), openLoad()];
    await enter(load, 0, clients);
    await enter(stayers, clients, users - clients);
    const heard = 10;
    await server.call("say", { rooms, from: 0, count: heard, pace: "turns" });
    await load.call("received", heard);
    await load.call("leave");
    if (isDeserted) await sleep(desertedMs);
    await server.call("say", { rooms, from: heard, count: missed, pace: "turns" });
    await stayers.call("received", users > clients ? heard + missed : 0);
    const readsBefore = await server.call("logReads");
    const began = stamp();
    await load.call("comeBack");
    await load.call("received", heard + missed);
    const resumeSeconds = (stamp() - began) / 1e6;
    const reads = (await server.call("logReads")) - readsBefore;
    return { resumeSeconds, readsPerRoom: reads / rooms };
  });
}
