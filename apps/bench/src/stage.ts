import type { ContenderName, Setting } from "./contenders/contender.ts";
import type { LoadCalls } from "./load.ts";
import { type Peer, startPeer } from "./peer.ts";
import type { ServerCalls } from "./server.ts";

/** A server and those who load it, each a process of its own. */
export interface Stage {
  readonly server: Peer<ServerCalls>;
  /** Clients `from` to `from + count` of the setting's users enter, from a load process; with `comesBack` again and again. */
  enter(load: Peer<LoadCalls>, from: number, count: number, comesBack?: boolean): Promise<void>;
  /** A further process for clients. */
  openLoad(): Peer<LoadCalls>;
}

/** Whose server leaves a CPU profile, and in which folder. */
export interface Profile {
  readonly contender: ContenderName;
  readonly folder: string;
}

/** Plays on a stage of its own, which is taken down whatever happens. */
export async function onStage<Outcome>(setting: Setting, play: (stage: Stage) => Promise<Outcome>): Promise<Outcome> {
  const loads: Peer<LoadCalls>[] = [];
  const server = startPeer<ServerCalls>("./server.js", ["--expose-gc", ...profileArgs(setting)]);
  try {
    const { port, tokens } = await server.call("start", setting);
    const { contender, rooms } = setting;
    return await play({
      server,
      openLoad() {
        const load = startPeer<LoadCalls>("./load.js");
        loads.push(load);
        return load;
      },
      enter: (load, from, count, comesBack = false) =>
        load.call("connect", {
          contender,
          port,
          rooms,
          from,
          count,
          comesBack,
          tokens: tokens.slice(from, from + count),
        }),
    });
  } finally {
    // The clients first: a server that is profiled should not spend its last moments on their farewell.
    await Promise.all(loads.map((load) => load.end()));
    await server.end();
  }
}

let profile: Profile | undefined;

/** From now on that contender's servers leave profiles. */
export function profileServersOf(wanted: Profile): void {
  profile = wanted;
}

function profileArgs({ contender }: Setting): string[] {
  return profile?.contender === contender ? ["--cpu-prof", `--cpu-prof-dir=${profile.folder}`] : [];
}
