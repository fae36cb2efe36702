import type { Backplane, Clock, News } from "@dialogue/core";
import { DialogueError } from "@dialogue/events";

/** What becomes of one publication for one listener: after how many milliseconds each copy of it arrives; none: it is lost. */
export type Fate = (news: News) => readonly number[];

/** One node's handle of an unruly backplane. */
export interface UnrulyNode extends Backplane {
  /** Cuts the node off: it hears nothing, and what it publishes or subscribes to rejects. */
  sever(): void;
  /** Ends that; the node then suspects that it has missed something. Other nodes heard all the while. */
  mend(): void;
  /** Suspects a loss that may not have been. */
  cryWolf(): void;
}

/** A backplane in one process that keeps no more than a backplane has to: it loses, doubles, delays and reorders as `fate` says. */
export interface UnrulyBackplane {
  node(): UnrulyNode;
}

interface Listener {
  readonly roomId: string;
  readonly listen: (news: News) => void;
  readonly isSevered: () => boolean;
}

export function createUnrulyBackplane(options: {
  readonly clock: Clock;
  readonly fate: Fate;
  /** How long a subscription takes to become active, in milliseconds. Default: no time. */
  readonly subscribingMs?: () => number;
}): UnrulyBackplane {
  const { clock, fate, subscribingMs = () => 0 } = options;
  const listeners = new Set<Listener>();

  function deliver(listener: Listener, news: News): void {
    if (!listeners.has(listener) || listener.isSevered()) return;
    listener.listen(news);
  }

  function publish(roomId: string, news: News): void {
    for (const listener of listeners) {
      if (listener.roomId !== roomId) continue;
      for (const delayMs of fate(news)) clock.after(delayMs, () => deliver(listener, news));
    }
  }

  return {
    node() {
      let isSevered = false;
      const suspecting = new Set<() => void>();
      const refuseIfSevered = (doing: string): void => {
        if (isSevered) throw new DialogueError("UNAVAILABLE", `cannot ${doing}: the node is cut off`);
      };
      const suspect = (): void => {
        for (const tell of [...suspecting]) tell();
      };
      return {
        async publish(roomId, news) {
          refuseIfSevered(`publish to room ${roomId}`);
          publish(roomId, news);
        },
        async subscribe(roomId, listen) {
          refuseIfSevered(`subscribe to room ${roomId}`);
          const waitMs = subscribingMs();
          if (waitMs > 0) await new Promise<void>((resolve) => clock.after(waitMs, resolve));
          const listener = { roomId, listen, isSevered: () => isSevered };
          listeners.add(listener);
          return async () => {
            listeners.delete(listener);
          };
        },
        onSuspect(tell) {
          suspecting.add(tell);
          return () => suspecting.delete(tell);
        },
        sever() {
          isSevered = true;
        },
        mend() {
          isSevered = false;
          suspect();
        },
        cryWolf: suspect,
      };
    },
  };
}
