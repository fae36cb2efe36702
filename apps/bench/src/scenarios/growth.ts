import type { ContenderName } from "../contenders/contender.ts";
import { lackOfFiles } from "../open-files.ts";
import type { Scenario, Size } from "../scenario.ts";
import { costOf } from "./fan-out.ts";

const socketsPerRoom = 100;
const deliveries: Readonly<Record<Size, number>> = { full: 100_000, quick: 0, smoke: 2_000 };
const steps: Readonly<Record<Size, readonly number[]>> = { full: [100, 1_000, 10_000], quick: [], smoke: [100] };

/**
 * Whether a delivery costs the same from 100 to 10,000 sockets. Rooms stay as large as they are, and each step makes as
 * many deliveries. Unpaced, since pacing makes it cheaper the less there is to do.
 */
export function growth(size: Size, rounds: number): Scenario[] {
  return steps[size].map((sockets) => ({
    id: `growth-${sockets}`,
    title: `growth: ${sockets.toLocaleString("en")} sockets, ${socketsPerRoom} in each room`,
    contenders: ["dialogue-unpaced", "socket.io"],
    rounds,
    seconds: 2 + sockets / 1_000,
    ...lackOfFiles(sockets),
    play: (contender) =>
      costOf(contender as ContenderName, {
        rooms: sockets / socketsPerRoom,
        socketsPerRoom,
        messages: deliveries[size] / sockets,
        warmUp: Math.ceil(deliveries[size] / sockets / 2),
        pace: "turns",
      }),
  }));
}
