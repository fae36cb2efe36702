import { setTimeout as sleep } from "node:timers/promises";
import { stamp } from "../messages.ts";
import type { Figures, Scenario, Size } from "../scenario.ts";
import { onStage, type Stage } from "../stage.ts";

interface Trouble {
  readonly clients: number;
  readonly stopped: number;
  readonly perSecond: number;
  /** All well for so long, then some are stopped for so long. */
  readonly seconds: readonly [well: number, stopped: number];
}

const troubles: Readonly<Record<Size, Trouble | undefined>> = {
  full: { clients: 1_000, stopped: 200, perSecond: 500, seconds: [8, 60] },
  // Readers are slow only after a while.
  quick: undefined,
  smoke: { clients: 10, stopped: 2, perSecond: 50, seconds: [0.2, 0.4] },
};

/** Processes of some clients are stopped (SIGSTOP), which the network does not tell; the server must not mind. */
export function slowReaders(size: Size): Scenario[] {
  const trouble = troubles[size];
  if (!trouble) return [];
  const { clients, stopped, perSecond, seconds } = trouble;
  return [
    {
      id: "slow-readers",
      title: `${stopped} of ${clients.toLocaleString("en")} clients stopped for ${seconds[1]} s, ${perSecond} messages/s`,
      contenders: ["dialogue"],
      rounds: 1,
      seconds: (seconds[0] + seconds[1]) * 1.5 + 5,
      play: () => stopSome(trouble),
    },
  ];
}

function stopSome(trouble: Trouble): Promise<Figures> {
  const { clients, stopped, seconds } = trouble;
  return onStage({ contender: "dialogue", rooms: 1, users: clients }, async (stage) => {
    const [others, some] = [stage.openLoad(), stage.openLoad()];
    await stage.enter(others, 0, clients - stopped);
    await stage.enter(some, clients - stopped, stopped, true);
    const said = sayer(stage, trouble.perSecond);
    await said.during(seconds[0] / 2);
    await others.call("received", said.count);
    await others.call("latencies");
    await said.during(seconds[0]);
    await others.call("received", said.count);
    const { p99: steadyP99 } = await others.call("latencies");
    await some.call("received", said.count);

    const before = (await stage.server.call("memory")).rss;
    const watch = watchMemory(stage, before);
    process.kill(some.pid, "SIGSTOP");
    try {
      await said.during(seconds[1]);
      await others.call("received", said.count);
    } finally {
      process.kill(some.pid, "SIGCONT");
    }
    const resumed = stamp();
    const { p99: stoppedP99 } = await others.call("latencies");
    await some.call("received", said.count);
    const catchUpSeconds = (stamp() - resumed) / 1e6;
    const growthMb = (await watch.end()) / 2 ** 20;
    return { steadyP99, stoppedP99, growthMb, catchUpSeconds, returns: await some.call("returns") };
  });
}

/** Says messages, one after the other, at a rate. */
function sayer({ server }: Stage, perSecond: number) {
  let count = 0;
  return {
    get count() {
      return count;
    },
    async during(seconds: number): Promise<void> {
      const more = Math.ceil(seconds * perSecond);
      await server.call("say", { rooms: 1, from: count, count: more, pace: { perSecond } });
      count += more;
    },
  };
}

/** How many bytes the server's memory grows at most. */
function watchMemory({ server }: Stage, before: number) {
  let most = before;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      most = Math.max(most, await server.call("rss"));
      await sleep(100);
    }
  })();
  return {
    async end(): Promise<number> {
      isOver = true;
      await watching;
      return most - before;
    },
  };
}
