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

/** All clients are lost, miss events, and come back at once. */
export function resume(size: Size, rounds: number): Scenario[] {
  const { rooms, clients, missed } = herds[size];
  return [
    {
      id: "resume",
      title: `${clients.toLocaleString("en")} clients in ${rooms} rooms come back, ${missed} events missed by each`,
      contenders: ["dialogue"],
      rounds,
      seconds: 5,
      play: () => comeBack(herds[size]),
    },
  ];
}

function comeBack({ rooms, clients, missed }: Herd): Promise<Figures> {
  return onStage({ contender: "dialogue", rooms, users: clients }, async ({ server, openLoad, enter }) => {
    const load = openLoad();
    await enter(load, 0, clients);
    const heard = 10;
    await server.call("say", { rooms, from: 0, count: heard, pace: "turns" });
    await load.call("received", heard);
    await load.call("leave");
    await server.call("say", { rooms, from: heard, count: missed, pace: "turns" });
    const readsBefore = await server.call("logReads");
    const began = stamp();
    await load.call("comeBack");
    await load.call("received", heard + missed);
    const resumeSeconds = (stamp() - began) / 1e6;
    const reads = (await server.call("logReads")) - readsBefore;
    return { resumeSeconds, readsPerRoom: reads / rooms };
  });
}
