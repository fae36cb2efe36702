import type { ContenderName } from "../contenders/contender.ts";
import { lackOfFiles } from "../open-files.ts";
import type { Figures, Scenario, Size } from "../scenario.ts";
import { onStage } from "../stage.ts";

/** Sockets before the first look and before the second: what a server needs for the first ones is not theirs alone. */
const sockets: Readonly<Record<Size, readonly [first: number, second: number]>> = {
  full: [1_000, 5_000],
  quick: [300, 1_300],
  smoke: [10, 20],
};
const rooms = 10;

/** What one more connection with one subscription to messages costs, nothing being said. */
export function idleMemory(size: Size, rounds: number): Scenario[] {
  return [
    {
      id: "idle",
      title: `idle, ${sockets[size].map((count) => count.toLocaleString("en")).join(" to ")} sockets`,
      contenders:
        size === "quick"
          ? ["dialogue", "socket.io", "pre-framed"]
          : ["dialogue", "trpc", "socket.io", "ws", "pre-framed"],
      rounds,
      seconds: size === "full" ? 7 : 3,
      ...lackOfFiles(sockets[size][1]),
      play: (contender) => memoryOf(contender as ContenderName, sockets[size]),
    },
  ];
}

function memoryOf(contender: ContenderName, [first, second]: readonly [number, number]): Promise<Figures> {
  return onStage({ contender, rooms, users: second }, async ({ server, openLoad, enter }) => {
    const load = openLoad();
    await enter(load, 0, first);
    const before = await server.call("memory");
    await enter(load, first, second - first);
    const after = await server.call("memory");
    const perConnection = (bytes: number) => bytes / (second - first) / 1_024;
    return { rss: perConnection(after.rss - before.rss), heap: perConnection(after.heap - before.heap) };
  });
}
