import { memoryLog } from "@dialogue/core";
import type { Log } from "@dialogue/server";
import type { Store } from "./contender.ts";

/** An empty log. */
export async function openStore(store: Store): Promise<Log> {
  if (store.kind === "memory") return memoryLog({ clock, random: Math.random });
  const { openLog } = await import("@dialogue/postgres");
  return store.kind === "pglite" ? openLog({ dataDir: store.folder }) : openLog({ url: store.url });
}

const clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms: number, callback: () => void) {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
  soon(callback: () => void) {
    const turn = setImmediate(callback);
    return () => clearImmediate(turn);
  },
};
