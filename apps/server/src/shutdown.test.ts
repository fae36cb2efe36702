import { EventEmitter, once } from "node:events";
import { pino } from "pino";
import { expect, it } from "vitest";
import { stopOnSignals } from "./shutdown.ts";

const logger = pino({ level: "silent" });

/** A process that tells how it was ended. */
class Ends extends EventEmitter {
  readonly codes: number[] = [];
  exit(code: number): void {
    this.codes.push(code);
    this.emit("exited");
  }
}

it("ends with 0 once all has stopped", async () => {
  const ends = new Ends();
  let isStopped = false;
  const stop = async () => {
    isStopped = true;
  };
  stopOnSignals(ends, stop, logger);
  const exited = once(ends, "exited");
  ends.emit("SIGTERM");
  await exited;
  expect([isStopped, ends.codes]).toEqual([true, [0]]);
});

it("ends at once with 1 on a second signal", () => {
  const ends = new Ends();
  stopOnSignals(ends, () => new Promise(() => undefined), logger);
  ends.emit("SIGINT");
  expect(ends.codes).toEqual([]);
  ends.emit("SIGINT");
  expect(ends.codes).toEqual([1]);
});

it("ends with 1 when stopping fails, and when it takes too long", async () => {
  const failing = new Ends();
  stopOnSignals(failing, () => Promise.reject(new Error("the log cannot be closed")), logger);
  const failed = once(failing, "exited");
  failing.emit("SIGTERM");
  await failed;
  expect(failing.codes).toEqual([1]);

  const slow = new Ends();
  stopOnSignals(slow, () => new Promise(() => undefined), logger, 1);
  const exited = once(slow, "exited");
  slow.emit("SIGTERM");
  // The bound itself keeps no process alive; here nothing else does.
  const alive = setInterval(() => undefined, 1_000);
  await exited;
  clearInterval(alive);
  expect(slow.codes).toEqual([1]);
});
