import { expect, test } from "vitest";
import { watchedSocket } from "../src/socket.ts";
import { createManualClock } from "./manual-clock.ts";

/** A browser's socket whose peer has vanished: its closing handshake has no end, and it cannot be terminated. */
class Stranded extends EventTarget {
  readonly url: string;
  constructor(url: string) {
    super();
    this.url = url;
  }
  close(): void {
    // Nobody answers.
  }
}

test("a browser's socket that does not close is given up, and its late end is nobody's news", () => {
  const clock = createManualClock();
  const gone: number[] = [];
  const watch = {
    opening: () => undefined,
    opened: () => undefined,
    gone: (_: WebSocket, code: number) => void gone.push(code),
  };
  // Only the part of the standard that is used here is there.
  const base = Stranded as unknown as typeof WebSocket;
  const Watched = watchedSocket(base, watch, clock, { openMs: 10_000, closeMs: 200 });
  const socket = new Watched("ws://nowhere");
  const closes: Event[] = [];
  socket.addEventListener("close", (event) => void closes.push(event));
  socket.dispatchEvent(new Event("open"));
  clock.move(20_000);
  expect(gone).toEqual([]);
  socket.close();
  clock.move(199);
  expect(gone).toEqual([]);
  clock.move(1);
  expect(gone).toEqual([1006]);
  expect(closes).toHaveLength(1);
  socket.dispatchEvent(Object.assign(new Event("close"), { code: 1001, reason: "" }));
  expect(gone).toEqual([1006]);
  expect(closes).toHaveLength(1);
});
