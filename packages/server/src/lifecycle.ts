import type { Core } from "@dialogue/core";
import { DialogueError } from "@dialogue/events";

/** Whether the node serves: not yet, now, or no more. */
export interface Lifecycle {
  isReady(): boolean;
  /** Starts the node at the first call; resolves when it can serve. Rejects with UNAVAILABLE once it is stopping. */
  ready(): Promise<void>;
  /** From now on nothing new is served. */
  refuse(): void;
  /** Ends the node, if it was ever started. */
  end(): Promise<void>;
}

export function createLifecycle(core: Core, onStart: () => void): Lifecycle {
  let state: "idle" | "starting" | "ready" | "refusing" = "idle";
  let started: Promise<void> | undefined;

  async function begin(): Promise<void> {
    state = "starting";
    onStart();
    try {
      await core.start();
      if (state === "starting") state = "ready";
    } catch (error) {
      // The next call tries again.
      started = undefined;
      state = "idle";
      throw error;
    }
  }

  return {
    isReady: () => state === "ready",
    async ready() {
      if (state === "refusing") throw new DialogueError("UNAVAILABLE", "cannot serve: the server is stopping");
      started ??= begin();
      await started;
    },
    refuse() {
      state = "refusing";
    },
    async end() {
      // A failed start is told to whoever asked for it.
      const [outcome] = await Promise.allSettled([started]);
      if (started && outcome.status === "fulfilled") await core.stop();
    },
  };
}
