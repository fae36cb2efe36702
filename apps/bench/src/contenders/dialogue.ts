import { createDialogue, defineRoom, type Log, Message } from "@dialogue/server";
import { roomId, userId } from "../messages.ts";
import type { Contender, Setting } from "./contender.ts";
import { openStore } from "./open-store.ts";
import { quietLogger } from "./quiet-logger.ts";

/** No one client of the benchmark is a crowd, though together they are. */
const withoutRates = {
  triggersPerUser: { perSecond: 1e6, burst: 1e6 },
  triggersPerRoom: { perSecond: 1e6, burst: 1e6 },
  callsPerSocket: 10_000,
  upgrades: { perSecond: 1e6, burst: 1e6 },
};

/** Dialogue over its own transport. Unpaced, each message leaves by itself. */
export async function startDialogue({
  contender,
  rooms,
  users,
  store = { kind: "memory" },
}: Setting): Promise<Contender> {
  const ids = Array.from({ length: rooms }, (_, room) => roomId(room));
  const { log, reads } = countingReads(await openStore(store));
  const dialogue = createDialogue({
    port: 0,
    host: "127.0.0.1",
    rooms: Object.fromEntries(ids.map((id) => [id, defineRoom({ name: id, events: [Message] })])),
    log,
    logger: quietLogger,
    limits: { ...withoutRates, ...(contender === "dialogue-unpaced" ? { flushMs: 0 } : {}) },
  });
  await dialogue.start();
  return {
    port: dialogue.port,
    tokens: await Promise.all(Array.from({ length: users }, (_, user) => dialogue.issueToken({ id: userId(user) }))),
    say: (room, text) => void dialogue.trigger(room, Message, { text, senderId: "bench" }, "bench"),
    logReads: reads,
  };
}

/** The same log, counting how often a range of a room is read. */
function countingReads(log: Log) {
  let count = 0;
  const read: Log["events"]["read"] = (room, range) => {
    count++;
    return log.events.read(room, range);
  };
  const events = new Proxy(log.events, { get: (target, name) => (name === "read" ? read : Reflect.get(target, name)) });
  return { log: { ...log, events }, reads: () => count };
}
