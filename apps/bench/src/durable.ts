import type { Way } from "./durable/way.ts";
import { type DurableStart, ways } from "./durable/ways.ts";
import { stamp } from "./messages.ts";
import { serve } from "./peer.ts";

/** A process that makes events durable, in one of several ways. */
let way: Way;
let asked = 0;

const calls = {
  async start({ name, store, rooms }: DurableStart): Promise<void> {
    way = await ways[name](store, rooms);
  },
  /** Events a second, each of so many callers waiting for its answer before it goes on. */
  async rate({ rooms, callers, ms }: Pressure): Promise<number> {
    const began = stamp();
    let done = 0;
    const call = async () => {
      while (stamp() - began < ms * 1_000) {
        await way.append(asked++ % rooms);
        done++;
      }
    };
    await Promise.all(Array.from({ length: callers }, call));
    return (done / (stamp() - began)) * 1e6;
  },
  /** How many events stand in the store. */
  count: () => way.count(),
  close: () => way.close(),
  asked: () => asked,
};

/** How hard it is driven. */
export interface Pressure {
  readonly rooms: number;
  readonly callers: number;
  readonly ms: number;
}

/** What it can be asked. */
export type DurableCalls = typeof calls;

serve(calls);
