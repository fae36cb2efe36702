import { DialogueError } from "@dialogue/events";
import type { Clock } from "./clock.ts";

/** The part of a `WebSocket` class that a client needs: the browser's own, or that of the `ws` package. */
export type WebSocketClass = new (
  url: string,
) => { readonly readyState: number; send(data: string): void; close(code?: number, reason?: string): void };

/** What is told of each socket. */
export interface SocketWatch {
  opening(socket: WebSocket): void;
  opened(socket: WebSocket): void;
  /** Nothing more will come of it; once for each socket. */
  gone(socket: WebSocket, code: number, reason: string): void;
}

/** How long a socket may take to open, and to close once it is asked to. */
export interface SocketPatience {
  readonly openMs: number;
  readonly closeMs: number;
}

const abnormalClosure = 1006;

/** The given WebSocket class, or the global one. Throws INVALID_REQUEST where there is neither. */
export function webSocketClass(given: WebSocketClass | undefined): typeof WebSocket {
  const found = given ?? Reflect.get(globalThis, "WebSocket");
  if (typeof found === "function") return found as typeof WebSocket; // every one has the standard's shape at run time
  throw new DialogueError(
    "INVALID_REQUEST",
    "cannot connect: this runtime has no WebSocket; give one as the option `WebSocket`",
  );
}

/**
 * The class with a limit to its patience. Left alone, a socket whose peer has vanished waits half a minute for the
 * closing handshake (a browser longer), and nothing reconnects before its `close` event.
 */
export function watchedSocket(
  base: typeof WebSocket,
  watch: SocketWatch,
  clock: Clock,
  patience: SocketPatience,
): typeof WebSocket {
  return class extends base {
    #isGone = false;

    constructor(url: string | URL) {
      super(url);
      watch.opening(this);
      const cancel = clock.after(patience.openMs, () => this.close());
      this.addEventListener("open", () => {
        cancel();
        watch.opened(this);
      });
      this.addEventListener("close", (event) => {
        cancel();
        if (this.#isGone) return event.stopImmediatePropagation?.();
        this.#leave(event.code, event.reason);
      });
    }

    override close(code?: number, reason?: string): void {
      super.close(code, reason);
      clock.after(patience.closeMs, () => this.#abandon());
    }

    #abandon(): void {
      if (this.#isGone) return;
      const terminate = Reflect.get(this, "terminate");
      if (typeof terminate === "function") return void terminate.call(this);
      this.dispatchEvent(Object.assign(new Event("close"), { code: abnormalClosure, reason: "", wasClean: false }));
    }

    #leave(code: number, reason: string): void {
      this.#isGone = true;
      watch.gone(this, code, reason);
    }
  };
}
