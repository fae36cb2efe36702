import type { Store } from "../contenders/contender.ts";
import type { LoadCalls } from "../load.ts";
import type { Peer } from "../peer.ts";
import type { Figures, Scenario, Size } from "../scenario.ts";
import { onStage } from "../stage.ts";
import { lackOfPostgres, withPlace } from "../store-place.ts";

const rooms = 50;
const socketsPerRoom = 10;
const users = rooms * socketsPerRoom;
/** Triggers under way when the load is full. */
const outstanding = 200;
/** For how long the server is at its full load, and for how long at half of it. */
const seconds: Readonly<Record<Size, readonly [full: number, half: number]>> = {
  full: [3, 6],
  quick: [0.7, 1.5],
  smoke: [0.2, 0.4],
};
const titles = { pglite: "PGlite on disk", postgres: "PostgreSQL" } as const;

/** What a trigger of a client takes until it is acknowledged, and until others have it: at half of what the server can. */
export function latency(size: Size, rounds: number): Scenario[] {
  return (["pglite", "postgres"] as const).map((kind) => ({
    id: `latency-${kind}`,
    title: `triggers of clients at half load, ${rooms} rooms × ${socketsPerRoom}, ${titles[kind]}`,
    contenders: ["dialogue"],
    rounds,
    seconds: seconds[size][0] + seconds[size][1] + 3,
    ...(kind === "postgres" && lackOfPostgres ? { lacks: lackOfPostgres } : {}),
    play: () => withPlace(kind, (store) => latenciesOn(store, seconds[size])),
  }));
}

function latenciesOn(store: Store, [full, half]: readonly [number, number]): Promise<Figures> {
  return onStage({ contender: "dialogue", rooms, users, store }, async ({ openLoad, enter }) => {
    const load = openLoad();
    await enter(load, 0, users);
    // The first round warms up, the second says how many fill the wanted time, the third is the full load.
    let said = 0;
    let rate = 0;
    for (const count of [4, 10]) {
      rate = await rateOf(load, said, count);
      said += count;
    }
    const atFull = perRoom(rate * full);
    rate = await rateOf(load, said, atFull);
    said += atFull;
    await load.call("latencies");
    await load.call("acks");
    const atHalf = perRoom((rate / 2) * half);
    await load.call("say", { rooms, from: said, count: atHalf, pace: { perSecond: rate / 2 } });
    await load.call("received", said + atHalf);
    const [acks, deliveries] = [await load.call("acks"), await load.call("latencies")];
    return {
      loadRate: rate,
      ackP50: acks.p50,
      ackP99: acks.p99,
      deliveryP50: deliveries.p50,
      deliveryP99: deliveries.p99,
    };
  });
}

function perRoom(triggers: number): number {
  return Math.max(4, Math.ceil(triggers / rooms));
}

/** Triggers a second when as many as possible are under way. */
async function rateOf(load: Peer<LoadCalls>, from: number, count: number): Promise<number> {
  const took = await load.call("say", { rooms, from, count, pace: { outstanding } });
  await load.call("received", from + count);
  return (count * rooms) / took;
}
