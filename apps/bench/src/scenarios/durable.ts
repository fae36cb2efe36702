import type { Store } from "../contenders/contender.ts";
import type { WayName } from "../durable/ways.ts";
import type { DurableCalls } from "../durable.ts";
import { startPeer } from "../peer.ts";
import type { Figures, Scenario, Size } from "../scenario.ts";
import { lackOfPostgres, withPlace } from "../store-place.ts";

interface Test {
  readonly kind: "pglite" | "postgres";
  readonly title: string;
  readonly rooms: number;
  readonly contenders: readonly WayName[];
}

const tests: readonly Test[] = [
  {
    kind: "postgres",
    title: "durable events, one hot room, PostgreSQL",
    rooms: 1,
    contenders: ["dialogue", "dialogue-log", "insert", "insert-transaction", "insert-unordered"],
  },
  {
    kind: "pglite",
    title: "durable events, 1,000 rooms, PGlite on disk",
    rooms: 1_000,
    contenders: ["dialogue", "dialogue-log", "insert"],
  },
];

const runMs: Readonly<Record<Size, number>> = { full: 1_500, quick: 500, smoke: 50 };
/** Few where one statement follows the other: more would only wait. */
const callers = { many: 1_000, few: 50 };

/** What is made durable in a second, gathered and one by one. */
export function durable(size: Size, rounds: number): Scenario[] {
  return tests.map(({ kind, title, rooms, contenders }) => ({
    id: `durable-${kind}`,
    title,
    contenders: size === "quick" ? ["dialogue", "insert"] : contenders,
    rounds,
    seconds: runMs[size] / 600 + (kind === "pglite" ? 3 : 1),
    ...(kind === "postgres" && lackOfPostgres ? { lacks: lackOfPostgres } : {}),
    // The contenders are the ways of this test.
    play: (contender) => withPlace(kind, (store) => rateOf(contender as WayName, { store, rooms, ms: runMs[size] })),
  }));
}

async function rateOf(
  name: WayName,
  { store, rooms, ms }: { readonly store: Store; readonly rooms: number; readonly ms: number },
): Promise<Figures> {
  const peer = startPeer<DurableCalls>("./durable.js");
  try {
    await peer.call("start", { name, store, rooms });
    const pressure = { rooms, callers: name.startsWith("dialogue") ? callers.many : callers.few };
    await peer.call("rate", { ...pressure, ms: ms / 2 });
    const eventsPerSecond = await peer.call("rate", { ...pressure, ms });
    const [asked, stands] = [await peer.call("asked"), await peer.call("count")];
    if (stands !== asked) throw new Error(`${asked} events were acknowledged, and ${stands} stand`);
    await peer.call("close");
    return { eventsPerSecond };
  } finally {
    await peer.end();
  }
}
