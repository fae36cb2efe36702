import { randomUUID } from "node:crypto";
import { createDialogue, defineRoom, type Log, Message } from "@dialogue/server";
import type { Store } from "../contenders/contender.ts";
import { openStore } from "../contenders/open-store.ts";
import { quietLogger } from "../contenders/quiet-logger.ts";
import { roomId } from "../messages.ts";
import { inserts } from "./inserts.ts";
import { text, type Way } from "./way.ts";

/** What a way begins with. */
export interface DurableStart {
  readonly name: WayName;
  readonly store: Store;
  readonly rooms: number;
}

/** All of them. */
export const ways = {
  /** `dialogue.trigger`: judged, parsed, hashed, appended, and told to whoever listens. */
  dialogue: triggers,
  /** The log alone. */
  "dialogue-log": appends,
  insert: inserts("insert"),
  "insert-transaction": inserts("transaction"),
  "insert-unordered": inserts("unordered"),
} as const;

/** One of them. */
export type WayName = keyof typeof ways;

async function triggers(store: Store, rooms: number): Promise<Way> {
  const log = await openStore(store);
  const ids = Array.from({ length: rooms }, (_, room) => roomId(room));
  const dialogue = createDialogue({
    port: 0,
    host: "127.0.0.1",
    rooms: Object.fromEntries(ids.map((id) => [id, defineRoom({ name: id, events: [Message] })])),
    log,
    logger: quietLogger,
  });
  await dialogue.start();
  return {
    append: (room) => dialogue.trigger(roomId(room), Message, { text, senderId: "bench" }, "bench"),
    count: () => countIn(log, ids),
    async close() {
      await dialogue.stop();
      await log.close();
    },
  };
}

async function appends(store: Store, rooms: number): Promise<Way> {
  const log = await openStore(store);
  const ids = Array.from({ length: rooms }, (_, room) => roomId(room));
  const hash = "a".repeat(64);
  const data = { text, senderId: "bench" };
  return {
    append: (room) =>
      log.events.append([
        { roomId: roomId(room), id: randomUUID(), event: "message", version: 1, data, from: "bench", hash },
      ]),
    count: () => countIn(log, ids),
    close: () => log.close(),
  };
}

/** A room's head is the number of its events. */
async function countIn(log: Log, ids: readonly string[]): Promise<number> {
  return (await log.events.heads(ids)).reduce((sum, { head }) => sum + head.seq, 0);
}
