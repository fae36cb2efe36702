import type { Report } from "../logger.ts";
import type { Backplane, News } from "../ports/backplane.ts";

/** A backplane within one process; itself the handle of a first node. */
export interface MemoryBackplane extends Backplane {
  /** The handle of one more node. A node hears what the others publish, not its own. */
  node(): Backplane;
}

interface Listener {
  readonly node: symbol;
  readonly listen: (news: News) => void;
}

/** Loses nothing; what a listener throws goes to `report`. */
export function memoryBackplane(options: { readonly report?: Report } = {}): MemoryBackplane {
  const rooms = new Map<string, Set<Listener>>();

  function hear(listeners: ReadonlySet<Listener>, listener: Listener, news: News): void {
    if (!listeners.has(listener)) return;
    try {
      listener.listen(news);
    } catch (error) {
      options.report?.(error, "hear news");
    }
  }

  function handle(): Backplane {
    const node = Symbol("node");
    return {
      async publish(roomId, news) {
        const listeners = rooms.get(roomId);
        const others = [...(listeners ?? [])].filter((listener) => listener.node !== node);
        if (!listeners || others.length === 0) return;
        // Heard after the publisher's turn, as from any other engine.
        void Promise.resolve().then(() => {
          for (const listener of others) hear(listeners, listener, news);
        });
      },
      async subscribe(roomId, listen) {
        const listener: Listener = { node, listen };
        const listeners = rooms.get(roomId) ?? new Set();
        rooms.set(roomId, listeners.add(listener));
        return async () => {
          listeners.delete(listener);
          if (listeners.size === 0 && rooms.get(roomId) === listeners) rooms.delete(roomId);
        };
      },
      onSuspect() {
        return () => undefined;
      },
    };
  }

  return { ...handle(), node: handle };
}
