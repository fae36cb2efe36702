import { type ContenderName, contenderNames } from "../contenders/contender.ts";
import { lackOfFiles } from "../open-files.ts";
import type { Figures, Scenario, Size } from "../scenario.ts";
import { onStage } from "../stage.ts";

interface Shape {
  readonly id: string;
  readonly rooms: number;
  readonly socketsPerRoom: number;
  /** Messages to each room, after as many to warm up as `warmUp` says. */
  readonly messages: number;
  readonly warmUp: number;
  readonly pace: "turns" | "burst";
  readonly contenders: readonly ContenderName[];
  readonly seconds: number;
}

const main = ["dialogue", "socket.io", "pre-framed"] as const;
const most = ["dialogue", "dialogue-unpaced", "trpc", "socket.io", "ws", "pre-framed"] as const;
const oneRoom = { rooms: 1, socketsPerRoom: 1_000, pace: "turns", warmUp: 30, messages: 100, seconds: 3 } as const;

const oneByThousand: Shape = { ...oneRoom, id: "1x1000", contenders: contenderNames };
const burst: Shape = {
  ...oneRoom,
  id: "burst",
  messages: 300,
  pace: "burst",
  contenders: most,
};
const hundredByTen: Shape = {
  id: "100x10",
  rooms: 100,
  socketsPerRoom: 10,
  messages: 100,
  warmUp: 30,
  pace: "turns",
  contenders: most,
  seconds: 4,
};
const thousandByThree: Shape = {
  ...hundredByTen,
  id: "1000x3",
  rooms: 1_000,
  socketsPerRoom: 3,
  messages: 30,
  warmUp: 10,
  seconds: 6,
};
const oneByTenThousand: Shape = {
  ...oneRoom,
  id: "1x10000",
  socketsPerRoom: 10_000,
  messages: 15,
  warmUp: 5,
  contenders: ["dialogue", "dialogue-unpaced", "socket.io", "ws", "pre-framed"],
  seconds: 12,
};

const shapes: Readonly<Record<Size, readonly Shape[]>> = {
  full: [oneByThousand, burst, hundredByTen, thousandByThree, oneByTenThousand],
  quick: [
    { ...oneByThousand, messages: 50, contenders: [...main, "dialogue-unpaced"], seconds: 2.5 },
    { ...burst, messages: 300, contenders: main, seconds: 2.5 },
    { ...hundredByTen, messages: 50, contenders: main },
  ],
  // The others differ in their numbers alone.
  smoke: [oneByThousand, burst, hundredByTen].map((shape) => ({
    ...shape,
    rooms: Math.min(shape.rooms, 5),
    socketsPerRoom: Math.min(shape.socketsPerRoom, 4),
    messages: 10,
    warmUp: 2,
    seconds: 1,
  })),
};

/** What a delivery costs, by the shape of rooms. */
export function fanOut(size: Size, rounds: number): Scenario[] {
  return shapes[size].map((shape) => ({
    id: shape.id,
    title: titleOf(shape),
    contenders: shape.contenders,
    rounds,
    seconds: shape.seconds,
    ...lackOfFiles(shape.rooms * shape.socketsPerRoom),
    // The contenders are those of the shape.
    play: (contender) => costOf(contender as ContenderName, shape),
  }));
}

function titleOf({ rooms, socketsPerRoom, pace, messages }: Shape): string {
  const [ofRooms, ofSockets] = [rooms, socketsPerRoom].map((count) => count.toLocaleString("en"));
  const burstOf = pace === "burst" ? `, burst of ${messages}` : "";
  return `${ofRooms} ${rooms === 1 ? "room" : "rooms"} × ${ofSockets} sockets${burstOf}`;
}

/** Rejects when a delivery is missing, doubled or not what was sent. */
export async function costOf(
  contender: ContenderName,
  shape: Pick<Shape, "rooms" | "socketsPerRoom" | "messages" | "warmUp" | "pace">,
): Promise<Figures> {
  const { rooms, socketsPerRoom, messages, warmUp, pace } = shape;
  const users = rooms * socketsPerRoom;
  return onStage({ contender, rooms, users }, async ({ server, openLoad, enter }) => {
    const load = openLoad();
    await enter(load, 0, users);
    await server.call("say", { rooms, from: 0, count: warmUp, pace });
    const before = await load.call("received", warmUp);
    const said = server.call("say", { rooms, from: warmUp, count: messages, pace });
    const after = await load.call("received", warmUp + messages);
    await said;
    if (after - before !== users * messages) throw new Error(`${after - before} deliveries`);
    return { cpu: (await server.call("cpu")) / (after - before) };
  });
}
